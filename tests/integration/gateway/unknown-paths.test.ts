import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey } from "../../kit/gateway/gateway-keys";
import { BODY, codeOf, send, signed } from "../../kit/gateway/gateway-requests";
import { startUpstream, type TestUpstream } from "../../kit/gateway/upstream";
import { lastUseOf, refusalsOf, usageOf } from "../../kit/gateway/usage";

let alone: TestGateway;
let forwarding: TestGateway;
let upstream: TestUpstream;
beforeAll(async () => {
  upstream = await startUpstream();
  [alone, forwarding] = await Promise.all([
    gatewayHere(),
    gatewayHere({ upstream: { url: upstream.url, connectMs: 60_000, answerMs: 60_000 } }),
  ]);
});
afterAll(async () => {
  await Promise.all([alone.stop(), forwarding.stop()]);
  await upstream.close();
});

const WRITTEN = { timeout: 60_000, interval: 100 };
/** Without the refusals that a gateway without a lease recorded. */
const judgedOf = async (number: number) => (await refusalsOf(number)).filter(({ reason }) => reason !== "unavailable");

describe("a correctly signed request for which nothing was done is not counted as accepted", () => {
  test.each([
    ["/api/v2/whoam", "not_found", null],
    ["/whoami", "not_found", "path_without_base"],
    ["/api/v2/api/v2/whoami?x=1", "not_found", "path_base_twice"],
    ["/api/v2//whoami", "not_found", "path_double_slash"],
    ["/api/v2/whoami/", "not_found", "path_trailing_slash"],
    ["/api/v2", "not_found", null],
  ])("%s is refused with %s, and its mistake is %s", async (path, reason, mistake) => {
    const key = await insertKey();
    expect(codeOf(await send(`${alone.origin}${path}`, { headers: signed(key), body: BODY }))).toBe(`404 ${reason}`);
    await expect
      .poll(() => judgedOf(key.number), WRITTEN)
      .toMatchObject([{ reason, source: "127.0.0.1", count: 1, mistake }]);
    expect([await usageOf(key.number), await lastUseOf(key.number)]).toMatchObject([{ accepted: 0 }, undefined]);
  });

  test("a method that the path does not take", async () => {
    const key = await insertKey();
    const sent = await send(`${alone.origin}/api/v2/whoami`, { method: "PUT", headers: signed(key), body: BODY });
    expect(codeOf(sent)).toBe("405 method_not_allowed");
    await expect.poll(() => judgedOf(key.number), WRITTEN).toMatchObject([{ reason: "method_not_allowed", count: 1 }]);
    expect(await usageOf(key.number)).toMatchObject({ accepted: 0 });
  });
});

test("a request that was passed on is accepted, whatever the API behind the gateway answers", async () => {
  const key = await insertKey();
  upstream.at("/api/v2/nothing", (response) => response.writeHead(404).end());
  expect((await send(`${forwarding.origin}/api/v2/nothing`, { headers: signed(key), body: BODY })).status).toBe(404);
  await expect.poll(() => usageOf(key.number), WRITTEN).toMatchObject({ accepted: 1 });
  expect(await judgedOf(key.number)).toEqual([]);
});

test("only a gateway without an API behind it says at its start that UPSTREAM_URL is not set", () => {
  const says = (gateway: TestGateway) => gateway.lines().some((line) => line.includes("UPSTREAM_URL is not set"));
  expect([says(alone), says(forwarding)]).toEqual([true, false]);
});
