import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { gatewayHere, gatewayProcess, type TestGateway } from "../../kit/gateway/gateway";
import { asOwner, insertKey, randomLetters } from "../../kit/gateway/gateway-keys";
import { BODY, codeOf, hmac, send, signed, whoami } from "../../kit/gateway/gateway-requests";
import { lastUseOf, refusalsOf, usageOf } from "../../kit/gateway/usage";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayHere({ trustedProxies: ["127.0.0.1"], authorizePort: 0 });
});
afterAll(() => gateway.stop());

const from = (address: string) => ({ "X-Forwarded-For": address });
const WRITTEN = { timeout: 60_000, interval: 100 };
/** Without the refusals that a gateway without a lease recorded. */
const judgedOf = async (number: number | null) =>
  (await refusalsOf(number)).filter(({ reason }) => reason !== "unavailable");

describe("within seconds the database holds", () => {
  test("each outcome of a key's requests, and when and from where it was last used", async () => {
    const key = await insertKey({ allowedIps: ["198.51.100.7", "2001:db8::/32"] });
    const began = Date.now();
    for (let n = 0; n < 5; n++) expect(codeOf(await whoami(gateway, key, from("198.51.100.7")))).toBe("200 accepted");
    expect(codeOf(await whoami(gateway, key, from("2001:db8::7")))).toBe("200 accepted");
    for (let n = 0; n < 3; n++)
      expect(codeOf(await whoami(gateway, key, from("203.0.113.1")))).toBe("403 ip_not_allowed");
    expect(codeOf(await whoami(gateway, { ...key, secret: randomLetters(64) }, from("203.0.113.1")))).toBe(
      "403 bad_header_signature",
    );
    await expect
      .poll(() => usageOf(key.number), WRITTEN)
      .toMatchObject({ accepted: 6, ip_not_allowed: 3, bad_header_signature: 1 });
    const last = await lastUseOf(key.number);
    expect(last?.source).toBe("2001:db8::7");
    expect(last?.at.getTime()).toBeGreaterThanOrEqual(began);
    expect(await judgedOf(key.number)).toMatchObject([
      { reason: "bad_header_signature", source: "203.0.113.1", count: 1, mistake: null },
      { reason: "ip_not_allowed", source: "203.0.113.1", count: 3, mistake: null },
    ]);
  });

  test("a request with a key that is not active, under its key; and one with a made-up key, under its source only", async () => {
    const [inactive, madeUp] = [await insertKey({ status: "inactive" }), randomLetters(32)];
    await whoami(gateway, inactive, from("203.0.113.2"));
    for (let n = 0; n < 2; n++) await whoami(gateway, { key: madeUp, secret: randomLetters(64) }, from("203.0.113.3"));
    await expect.poll(() => usageOf(inactive.number), WRITTEN).toMatchObject({ accepted: 0, bad_header_key: 1 });
    await expect
      .poll(() => judgedOf(null), WRITTEN)
      .toMatchObject([{ reason: "bad_header_key", source: "203.0.113.3", count: 2 }]);
    expect(await judgedOf(inactive.number)).toMatchObject([
      { reason: "bad_header_key", source: "203.0.113.2", count: 1 },
    ]);
    const everything = await asOwner("SELECT r::text FROM refusals r UNION ALL SELECT u::text FROM key_usage u");
    expect(JSON.stringify(everything)).not.toContain(madeUp);
  });

  test("the likely mistake also for a request that a proxy asks about", async () => {
    const key = await insertKey();
    const headers = { ...signed(key), "X-Processing-Signature": hmac(key.secret, `${BODY}\n`), ...from("203.0.113.9") };
    expect(codeOf(await send(`http://127.0.0.1:${gateway.authorizePort}/authorize`, { headers, body: BODY }))).toBe(
      "403 bad_header_signature",
    );
    await expect
      .poll(() => judgedOf(key.number), WRITTEN)
      .toMatchObject([{ source: "203.0.113.9", mistake: "newline_signed" }]);
  });

  test("the likely mistake of a wrong signature", async () => {
    const key = await insertKey();
    const body = `${BODY}\n`;
    await send(`${gateway.origin}/api/v2/whoami`, { headers: { ...signed(key), ...from("203.0.113.4") }, body });
    await expect
      .poll(() => refusalsOf(key.number), WRITTEN)
      .toMatchObject([{ reason: "bad_header_signature", mistake: "newline_sent" }]);
  });

  test("that a signature was made with the secret of the merchant's previous key, but not of another merchant's", async () => {
    const [before, stranger] = [await insertKey({ status: "inactive" }), await insertKey()];
    const key = await insertKey({ merchant: before });
    const wrong = (secret: string, address: string) =>
      send(`${gateway.origin}/api/v2/whoami`, {
        headers: { ...signed(key), "X-Processing-Signature": hmac(secret, BODY), ...from(address) },
        body: BODY,
      });
    expect(codeOf(await wrong(before.secret, "203.0.113.5"))).toBe("403 bad_header_signature");
    await expect
      .poll(() => judgedOf(key.number), WRITTEN)
      .toMatchObject([{ source: "203.0.113.5", mistake: "previous_secret" }]);
    await wrong(stranger.secret, "203.0.113.6");
    await expect
      .poll(() => judgedOf(key.number), WRITTEN)
      .toMatchObject([{}, { source: "203.0.113.6", mistake: null }]);
  });
});

describe("not counted under any key", () => {
  test("a ping, a health check, a request without a key, and one whose client went away", async () => {
    const count = async () => Number((await asOwner("SELECT count(DISTINCT key_number) FROM key_usage"))[0]?.count);
    await expect.poll(count, WRITTEN).toBeGreaterThan(0);
    const before = [await count(), await judgedOf(null)];
    await send(`${gateway.origin}/api/v2/ping`);
    await send(`${gateway.origin}/healthz`, { method: "GET" });
    expect(codeOf(await send(`${gateway.origin}/api/v2/whoami`))).toBe("403 required_header_key");
    const key = await insertKey();
    await whoami(gateway, key);
    await expect.poll(() => usageOf(key.number), WRITTEN).toMatchObject({ accepted: 1 });
    expect([await count(), await judgedOf(null)]).toEqual([(before[0] as number) + 1, before[1]]);
  });
});

describe("a gateway told to stop", () => {
  test("writes the usage of everything it answered before it ends", async () => {
    const [leaving, key] = [await gatewayProcess(), await insertKey()];
    onTestFinished(leaving.stop);
    const codes = await Promise.all(Array.from({ length: 50 }, async () => codeOf(await whoami(leaving, key))));
    expect(new Set(codes)).toEqual(new Set(["200 accepted"]));
    leaving.signal("SIGTERM");
    expect(await leaving.exited).toBe(0);
    expect(await usageOf(key.number)).toMatchObject({ accepted: 50 });
  });

  test("a crash loses what was not written yet, and nothing that was written", async () => {
    const [crashing, key] = [await gatewayProcess(), await insertKey()];
    onTestFinished(crashing.stop);
    await whoami(crashing, key);
    await expect.poll(() => usageOf(key.number), WRITTEN).toMatchObject({ accepted: 1 });
    crashing.signal("SIGKILL");
    await crashing.exited;
    expect(await usageOf(key.number)).toMatchObject({ accepted: 1 });
  });
});
