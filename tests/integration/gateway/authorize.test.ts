import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey, randomLetters, type StoredKey } from "../../kit/gateway/gateway-keys";
import { BODY, hmac, send, signed } from "../../kit/gateway/gateway-requests";

let gateway: TestGateway;
let key: StoredKey;

beforeAll(async () => {
  gateway = await gatewayHere({ authorizePort: 0, trustedProxies: ["127.0.0.1"] });
  key = await insertKey({ allowedIps: ["198.51.100.7"] });
});
afterAll(() => gateway.stop());

type Asked = { path?: string; method?: string; headers?: Record<string, string>; body?: string; of?: TestGateway };

/** A proxy's authorization request about a signed request from 198.51.100.7. */
const ask = ({ path = "/authorize", method = "POST", headers = {}, body = BODY, of = gateway }: Asked = {}) =>
  send(`http://127.0.0.1:${of.authorizePort}${path}`, {
    method,
    headers: { ...signed(key, body), "X-Forwarded-For": "203.0.113.5, 198.51.100.7", ...headers },
    body,
  });

describe("a proxy that asks before each request", () => {
  test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])(
    "learns by %s who is calling, and nothing else",
    async (method) => {
      for (const path of [
        "/authorize",
        "/authorize/",
        "/authorize/api/v2/payments?x=1",
        "/authorize/anything/at/all",
      ]) {
        const { status, body, headers } = await ask({ path, method });
        expect({ status, body }).toEqual({ status: 200, body: "" });
        expect(headers).toMatchObject({
          "x-merchant-id": key.merchantId,
          "x-api-key-id": String(key.number),
          "x-source-address": "198.51.100.7",
          "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
          "x-decision-valid-until": expect.stringMatching(/^\d{4}-.*Z$/),
          "cache-control": "no-store",
        });
      }
    },
  );

  test("learns that the ping needs no signature", async () => {
    for (const asked of [
      { path: "/authorize/api/v2/ping", method: "GET" },
      { headers: { "X-Forwarded-Uri": "/api/v2/ping", "X-Forwarded-Method": "POST" } },
    ])
      expect(await ask({ ...asked, headers: { ...asked.headers, "X-Processing-Key": "" } })).toMatchObject({
        status: 200,
        body: "",
      });
    const deleted = await ask({ headers: { "X-Original-URI": "/api/v2/ping", "X-Original-Method": "DELETE" } });
    expect(deleted).toMatchObject({ status: 405, headers: { allow: "GET, HEAD, POST" } });
  });

  test("can ask for health and readiness", async () => {
    for (const path of ["/healthz", "/readyz"])
      expect(await ask({ path, method: "GET" })).toMatchObject({ status: 200, body: "OK" });
  });
});

describe("a proxy that asks gets the exact refusal", () => {
  test.each<[string, Asked, string]>([
    ["no key", { headers: { "X-Processing-Key": "" } }, '403 {"error":"No key header","code":"required_header_key"}'],
    [
      "an unknown key",
      { headers: { "X-Processing-Key": randomLetters(32) } },
      '403 {"error":"Bad key header","code":"bad_header_key"}',
    ],
    [
      "a signature of another body",
      { headers: { "X-Processing-Signature": hmac("secret", BODY) } },
      '403 {"error":"Bad signature header","code":"bad_header_signature"}',
    ],
    [
      "an address not listed",
      { headers: { "X-Forwarded-For": "198.51.100.8" } },
      '403 {"error":"IP address not allowed","code":"ip_not_allowed"}',
    ],
    ["a body that is no JSON", { body: "no" }, '400 {"error":"Bad content format","code":"bad_content_format"}'],
    [
      "a body over 1 MiB",
      { body: `"${"x".repeat(1024 * 1024)}"` },
      '413 {"error":"Payload too large","code":"payload_too_large"}',
    ],
    ["a path beside /authorize", { path: "/api/v2/whoami" }, '404 {"error":"Not found","code":"not_found"}'],
    ["a path that only begins like it", { path: "/authorized" }, '404 {"error":"Not found","code":"not_found"}'],
    [
      "a client's word for the ping beside the proxy's for something else",
      { path: "/authorize/api/v2/payments", headers: { "X-Processing-Key": "", "X-Forwarded-Uri": "/api/v2/ping" } },
      '403 {"error":"No key header","code":"required_header_key"}',
    ],
  ])("%s", async (_, asked, refusal) => {
    const { status, body, headers } = await ask(asked);
    expect(`${status} ${body}`).toBe(refusal);
    expect(headers["x-merchant-id"]).toBeUndefined();
  });

  test("of a peer that is not trusted: neither the address nor the path it sends is used", async () => {
    const its = await gatewayHere({ authorizePort: 0 });
    onTestFinished(its.stop);
    expect((await ask({ of: its })).body).toContain("ip_not_allowed");
    for (const path of ["/authorize/api/v2/ping", "/authorize"])
      expect(
        (await ask({ of: its, path, headers: { "X-Processing-Key": "", "X-Original-URI": "/api/v2/ping" } })).body,
      ).toContain("required_header_key");
  });

  test("the gateway's own port knows no /authorize", async () => {
    const reply = await send(`${gateway.origin}/authorize`, {
      headers: { ...signed(key), "X-Forwarded-For": "198.51.100.7" },
      body: BODY,
    });
    expect(reply.status).toBe(404);
  });

  test("the log contains the route, and no path of the client's", async () => {
    const mark = randomLetters(20);
    const reply = await ask({ path: `/authorize/api/v2/${mark}`, headers: { "X-Forwarded-Method": mark } });
    const line = () => gateway.lines().find((text) => text.includes(reply.headers["x-request-id"] as string));
    await expect.poll(line, { timeout: 60_000 }).toBeDefined();
    expect(JSON.parse(line() as string)).toMatchObject({
      route: "/authorize",
      method: "POST",
      outcome: "accepted",
      status: 200,
      key: key.number,
    });
    expect(gateway.lines().join("\n")).not.toContain(mark);
  });
});
