import { afterAll, beforeAll, expect, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey } from "../../kit/gateway/gateway-keys";
import { codeOf, whoami } from "../../kit/gateway/gateway-requests";
import { retryUnavailable } from "../../kit/gateway/lease-retries";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayHere({ trustedProxies: ["127.0.0.1"] });
});
afterAll(() => gateway.stop());

const from = async (forwardedFor: string) => {
  const key = await insertKey({ allowedIps: ["2001:db8::/64"] });
  const reply = await retryUnavailable(() => whoami(gateway, key, { "X-Forwarded-For": forwardedFor }));
  const id = reply.headers["x-request-id"] as string;
  await expect.poll(() => gateway.lines().some((line) => line.includes(id))).toBe(true);
  return { code: codeOf(reply), line: JSON.parse(gateway.lines().find((line) => line.includes(id)) as string) };
};

test("a client's address is read from a header with quotes, brackets and a port", async () => {
  const { code, line } = await from('"[2001:DB8::7]:50123"');
  expect(code).toBe("200 accepted");
  expect(line).toMatchObject({ source: "2001:db8::7" });
  expect(line).not.toHaveProperty("unreadable");
});

test("a header that cannot be read is refused, and the log says why without quoting it", async () => {
  const { code, line } = await from("2001:db8::7, _hidden");
  expect(code).toBe("403 ip_not_allowed");
  expect(line).toMatchObject({ source: null, unreadable: "X-Forwarded-For: entry 2 of 2 is no address" });
  expect(JSON.stringify(line)).not.toContain("_hidden");
});
