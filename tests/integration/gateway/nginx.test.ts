import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey, type StoredKey } from "../../kit/gateway/gateway-keys";
import { BODY, codeOf, RawClient, send, sendOnce, signed } from "../../kit/gateway/gateway-requests";
import { type Received, startUpstream, type TestUpstream, valuesOf } from "../../kit/gateway/upstream";
import { startNginx } from "../../kit/network/nginx";

let upstream: TestUpstream;
let gateway: TestGateway;
let nginx: Awaited<ReturnType<typeof startNginx>>;
let key: StoredKey;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await gatewayHere({ authorizePort: 0, trustedProxies: ["127.0.0.1"] });
  nginx = await startNginx({ authorizePort: gateway.authorizePort, apiPort: upstream.port });
  key = await insertKey();
});
afterAll(async () => {
  await nginx?.stop();
  await gateway?.stop();
  await upstream?.close();
});

const ask = (
  path: string,
  headers: Record<string, string> = {},
  { body = BODY as string | Uint8Array, method = "POST" } = {},
) => send(`${nginx.origin}${path}`, { method, headers: { ...signed(key, body), ...headers }, body });

const lastReceived = () => upstream.received.at(-1) as Received;

describe("nginx, as docs/gateway configures it", () => {
  test.each(["GET", "POST", "PUT", "DELETE"])(
    "lets an accepted %s through with its body and the gateway's identity headers",
    async (method) => {
      const body = Buffer.from('{"é":"鍵"}\n');
      expect(
        await ask("/api/v2/payments?x=%2F", { "X-Forwarded-For": "198.51.100.7" }, { method, body }),
      ).toMatchObject({
        status: 200,
        body: "{}",
      });
      expect(lastReceived()).toMatchObject({ method, target: "/api/v2/payments?x=%2F" });
      expect(lastReceived().body.equals(body)).toBe(true);
      const at = (name: string) => valuesOf(lastReceived(), name);
      expect(at("x-merchant-id")).toEqual([key.merchantId]);
      expect(at("x-api-key-id")).toEqual([String(key.number)]);
      expect(at("x-source-address")).toEqual(["127.0.0.1"]);
      expect(at("x-forwarded-for")).toEqual(["127.0.0.1"]);
      expect(at("x-request-id")).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
      expect(at("x-decision-valid-until")).toEqual([expect.stringMatching(/^\d{4}-.*Z$/)]);
      expect(at("x-processing-signature")).toEqual([]);
    },
  );

  test("lets a body of 1 MiB through, byte for byte", async () => {
    const body = `"${"é".repeat(512 * 1024 - 1)}"`;
    expect((await ask("/api/v2/large", {}, { body })).status).toBe(200);
    expect(lastReceived().body.toString()).toBe(body);
  });

  test("lets the ping through without a signature, and without an identity", async () => {
    const forged = {
      "X-Merchant-Id": "forged",
      "X-Api-Key-Id": "forged",
      "X-Source-Address": "forged",
      "X-Decision-Valid-Until": "forged",
    };
    expect((await send(`${nginx.origin}/api/v2/ping`, { method: "GET", headers: forged })).status).toBe(200);
    expect(lastReceived().headers.filter(([, value]) => value === "forged")).toEqual([]);
  });
});

describe("nginx, as docs/gateway configures it, refuses with the gateway's own response", () => {
  test.each<[string, Parameters<typeof ask>[1], string, string]>([
    ["no key", { "X-Processing-Key": "" }, BODY, '403 {"error":"No key header","code":"required_header_key"}'],
    [
      "another body's signature",
      { "X-Processing-Signature": "0".repeat(128) },
      BODY,
      '403 {"error":"Bad signature header","code":"bad_header_signature"}',
    ],
    ["no JSON", {}, "no", '400 {"error":"Bad content format","code":"bad_content_format"}'],
    [
      "a body over 1 MiB",
      {},
      `"${"x".repeat(1024 * 1024)}"`,
      '413 {"error":"Payload too large","code":"payload_too_large"}',
    ],
    [
      "the ping's path, claimed by the client",
      {
        "X-Processing-Key": "",
        "X-Forwarded-Uri": "/api/v2/ping",
        "X-Original-URI": "/api/v2/ping",
        "X-Original-URL": "/api/v2/ping",
      },
      BODY,
      '403 {"error":"No key header","code":"required_header_key"}',
    ],
  ])("%s", async (_, headers, body, refusal) => {
    const count = upstream.received.length;
    const reply = await ask("/api/v2/payments", headers, { body });
    expect(`${reply.status} ${reply.body}`).toBe(refusal);
    expect(reply.headers["content-type"]).toBe("application/json");
    expect(upstream.received).toHaveLength(count);
  });

  test("two key headers", async () => {
    const lines = Object.entries(signed(key)).map(([name, value]) => `${name}: ${value}`);
    const client = new RawClient(nginx.port).write(
      ...["POST /api/v2/payments HTTP/1.1", "Host: a", "Connection: close", ...lines, `X-Processing-Key: ${key.key}`],
      ...[`Content-Length: ${BODY.length}`, "", BODY],
    );
    expect(await client.closed).toContain("required_header_key");
  });

  test("an inactive key, and an address that is not listed", async () => {
    const [inactive, elsewhere] = [
      await insertKey({ status: "inactive" }),
      await insertKey({ allowedIps: ["198.51.100.7"] }),
    ];
    expect(codeOf(await ask("/api/v2/payments", signed(inactive)))).toBe("403 bad_header_key");
    expect(codeOf(await ask("/api/v2/payments", { ...signed(elsewhere), "X-Forwarded-For": "198.51.100.7" }))).toBe(
      "403 ip_not_allowed",
    );
  });

  test("everything, when no gateway responds", async () => {
    const alone = await startNginx({ authorizePort: 1, apiPort: upstream.port });
    onTestFinished(alone.stop);
    const count = upstream.received.length;
    expect(await sendOnce(`${alone.origin}/api/v2/payments`, { headers: signed(key), body: BODY })).toMatchObject({
      status: 503,
      body: '{"error":"Unavailable","code":"unavailable"}',
    });
    expect(upstream.received).toHaveLength(count);
  });
});
