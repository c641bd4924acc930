import { afterAll, describe, expect, test } from "vitest";
import { gatewayHere } from "../../kit/gateway/gateway";
import { insertKey, randomLetters } from "../../kit/gateway/gateway-keys";
import { BODY, codeOf, hmac, type Reply, send, signed, whoami, whoamiOnce } from "../../kit/gateway/gateway-requests";

const gateway = await gatewayHere();
afterAll(() => gateway.stop());
const key = await insertKey();

const url = (path = "/api/v2/whoami") => `${gateway.origin}${path}`;
const without = (name: string, headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));

function expectRefusal(reply: Reply, status: number, body: string) {
  expect({ status: reply.status, body: reply.body }).toEqual({ status, body });
  expect(reply.headers["content-type"]).toBe("application/json");
  expect(reply.headers["content-length"]).toBe(String(body.length));
  expect(reply.headers["cache-control"]).toBe("no-store");
  expect(reply.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(reply.headers["x-powered-by"] ?? reply.headers.server).toBeUndefined();
}

/** The logged outcomes of a key's requests. */
const outcomesOf = (number: number): string[] =>
  gateway
    .lines()
    .map((line) => JSON.parse(line) as { key?: number; outcome?: string })
    .flatMap(({ key, outcome }) => (key === number && outcome ? [outcome] : []));

describe("accepted", () => {
  test("a signed request gets its own identity", async () => {
    const reply = await whoami(gateway, key);
    expect(reply.status).toBe(200);
    expect(reply.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(reply.body)).toEqual({
      data: {
        merchant: { id: key.merchantId, name: key.merchantName },
        key: { id: key.number, activated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) },
        ip: "127.0.0.1",
        ip_rule: "any",
      },
    });
  });

  test("the published vector", async () => {
    const published = await insertKey({ secret: "AbCdEfG123456" });
    const signature =
      "03c25fcf7cd35e7d995e402cd5d51edd72d48e1471e865907967809a0c189ba55b90815f20e2bb10f82c7a9e9d865546fda58989c2ae9e8e2ff7bc29195fa1ec";
    const headers = {
      "Content-Type": "application/json",
      "X-Processing-Key": published.key,
      "X-Processing-Signature": signature,
    };
    expect(await send(url(), { headers, body: BODY })).toMatchObject({ status: 200 });
  });

  test.each([
    "{}",
    "null",
    "[]",
    "0",
    '"text"',
    ' { "a" : 1 } \n',
    '{"é":"ключ 鍵 🔑"}',
    `{"a":"${"x".repeat(1024 * 1024 - 8)}"}`,
  ])("any JSON body over its exact bytes (%#)", async (body) => {
    expect(await whoami(gateway, key, {}, body)).toMatchObject({ status: 200 });
  });

  test.each(["application/json; charset=utf-8", "Application/JSON", "application/json ;charset=UTF-8"])(
    "Content-Type %s",
    async (type) => {
      expect(await whoami(gateway, key, { "Content-Type": type })).toMatchObject({ status: 200 });
    },
  );

  test("a signature in upper case", async () => {
    expect(
      await whoami(gateway, key, { "X-Processing-Signature": hmac(key.secret, BODY).toUpperCase() }),
    ).toMatchObject({ status: 200 });
  });

  test.each(["GET", "POST"])("%s ping without any header, and with wrong ones", async (method) => {
    for (const headers of [undefined, { "X-Processing-Key": "nonsense", "X-Processing-Signature": "nonsense" }]) {
      expect(await send(url("/api/v2/ping"), { method, headers, body: method === "GET" ? "" : "{}" })).toMatchObject({
        status: 200,
        body: "OK",
      });
    }
    expect(await send(url("/api/v2/ping?x=1"), { method })).toMatchObject({ status: 200, body: "OK" });
  });

  test("health and readiness", async () => {
    expect(await send(url("/healthz"), { method: "GET" })).toMatchObject({ status: 200, body: "OK" });
    expect(await send(url("/readyz"), { method: "GET" })).toMatchObject({ status: 200, body: "OK" });
  });
});

describe("refused, with exactly the published response", () => {
  const NO_KEY = '{"error":"No key header","code":"required_header_key"}';
  const BAD_KEY = '{"error":"Bad key header","code":"bad_header_key"}';
  const NO_SIGNATURE = '{"error":"No signature header","code":"required_header_signature"}';
  const BAD_SIGNATURE = '{"error":"Bad signature header","code":"bad_header_signature"}';
  const BAD_CONTENT = '{"error":"Bad content format","code":"bad_content_format"}';
  const BAD_ADDRESS = '{"error":"IP address not allowed","code":"ip_not_allowed"}';

  test("no key header", async () => {
    expectRefusal(await send(url(), { headers: without("X-Processing-Key", signed(key)), body: BODY }), 403, NO_KEY);
    expectRefusal(await send(url(), { method: "GET" }), 403, NO_KEY);
  });

  test("an empty key header", async () => {
    expectRefusal(await whoami(gateway, key, { "X-Processing-Key": "" }), 403, NO_KEY);
  });

  test("no signature header, even for a key that does not exist", async () => {
    const headers = without("X-Processing-Signature", signed(key));
    expectRefusal(await send(url(), { headers, body: BODY }), 403, NO_SIGNATURE);
    expectRefusal(
      await send(url(), { headers: { ...headers, "X-Processing-Key": randomLetters(32) }, body: BODY }),
      403,
      NO_SIGNATURE,
    );
  });

  test("an unknown key", async () => {
    expectRefusal(await whoami(gateway, { ...key, key: randomLetters(32) }), 403, BAD_KEY);
  });

  test.each(["generated", "inactive", "retired"] as const)(
    "a key that is %s, like one that does not exist",
    async (status) => {
      expectRefusal(await whoami(gateway, await insertKey({ status })), 403, BAD_KEY);
    },
  );

  test.each([
    ["shorter", (text: string) => text.slice(1)],
    ["longer", (text: string) => `${text}a`],
    [
      "in other case",
      (text: string) => text.replace(/[a-z]/gi, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())),
    ],
    ["with a quote", (text: string) => `${text.slice(0, 31)}'`],
    ["twice, joined", (text: string) => `${text}, ${text}`],
    ["a name every object has", () => "__proto__"],
  ])("a key %s", async (_, change) => {
    expectRefusal(await whoami(gateway, { ...key, key: change(key.key) }), 403, BAD_KEY);
  });

  test.each<[string, (valid: string) => string]>([
    ["of another secret", () => hmac(randomLetters(64), BODY)],
    ["of another body", () => hmac(key.secret, `${BODY} `)],
    ["followed by letters that are no hex", (valid) => `${valid}zz`],
    ["followed by more hex", (valid) => `${valid}00`],
    ["cut short", (valid) => valid.slice(0, 126)],
    ["cut to an odd length", (valid) => valid.slice(0, 127)],
    ["with its last letter no hex", (valid) => `${valid.slice(0, 127)}g`],
    ["twice, joined", (valid) => `${valid}, ${valid}`],
    ["in Base64", (valid) => Buffer.from(valid, "hex").toString("base64")],
    ["behind 0x", (valid) => `0x${valid.slice(2)}`],
    ["of the key used as the secret", () => hmac(key.key, BODY)],
    ["all zeros", () => "0".repeat(128)],
  ])("a signature %s", async (_, change) => {
    expectRefusal(
      await whoami(gateway, key, { "X-Processing-Signature": change(hmac(key.secret, BODY)) }),
      403,
      BAD_SIGNATURE,
    );
  });

  test("another merchant's valid signature", async () => {
    const other = await insertKey();
    expectRefusal(
      await whoami(gateway, key, { "X-Processing-Signature": hmac(other.secret, BODY) }),
      403,
      BAD_SIGNATURE,
    );
  });

  test("an address that is not listed", async () => {
    const elsewhere = await insertKey({ allowedIps: ["198.51.100.7", "2001:db8::/32"] });
    expectRefusal(await whoami(gateway, elsewhere), 403, BAD_ADDRESS);
  });

  test.each<[string, string]>([
    ["empty", ""],
    ["blank", " "],
    ["not JSON", "currency=BTC"],
    ["JSON and more", "{}{}"],
    ["JSON after a byte order mark", "\ufeff{}"],
    ["JSON with a NUL", "{}\0"],
    ["a single quote's idea of JSON", "{'a':1}"],
  ])("a body that is %s", async (_, body) => {
    expectRefusal(await whoami(gateway, key, {}, body), 400, BAD_CONTENT);
  });

  test("a body that is not UTF-8", async () => {
    const body = Buffer.from([0x22, 0xff, 0x22]);
    expectRefusal(await send(url(), { headers: signed(key, body), body }), 400, BAD_CONTENT);
  });

  test.each([
    "text/plain",
    "application/jsonp",
    "application/json-patch+json",
    "application/x-www-form-urlencoded",
    "json",
    "",
    "text/html, application/json",
  ])("Content-Type %j", async (type) => {
    expectRefusal(await whoami(gateway, key, { "Content-Type": type }), 400, BAD_CONTENT);
  });

  test("no Content-Type", async () => {
    expectRefusal(await send(url(), { headers: without("Content-Type", signed(key)), body: BODY }), 400, BAD_CONTENT);
  });

  test("an unknown path, after authentication only", async () => {
    const found = '{"error":"Not found","code":"not_found"}';
    for (const path of [
      "/api/v2/nothing",
      "/api/v2/",
      "/api/v2/whoami/",
      "/api/v2/WHOAMI",
      "/",
      "/api/v2/%77hoami",
      "/constructor",
      "/__proto__",
    ]) {
      expectRefusal(await send(url(path), { headers: signed(key), body: BODY }), 404, found);
      expectRefusal(await send(url(path), { body: BODY }), 403, NO_KEY);
    }
  });

  test.each(["PUT", "DELETE", "PATCH", "OPTIONS"])("%s", async (method) => {
    const refused = '{"error":"Method not allowed","code":"method_not_allowed"}';
    const ping = await send(url("/api/v2/ping"), { method });
    expectRefusal(ping, 405, refused);
    expect(ping.headers.allow).toBe("GET, HEAD, POST");
    const known = await send(url(), { method, headers: signed(key), body: BODY });
    expectRefusal(known, 405, refused);
    expect(known.headers.allow).toBe("POST");
  });

  test("a whoami by GET, though it is signed", async () => {
    expect(codeOf(await send(url(), { method: "GET", headers: signed(key, "{}"), body: "{}" }))).toBe(
      "405 method_not_allowed",
    );
  });

  test.each(["gzip", "br", "gzip, identity", "identity, identity", ""])(
    "a body with Content-Encoding %s",
    async (encoding) => {
      const refused = '{"error":"Unsupported media type","code":"unsupported_media_type"}';
      expectRefusal(await whoami(gateway, key, { "Content-Encoding": encoding }), 415, refused);
    },
  );

  test.each(["identity", "Identity"])(
    "but not one with Content-Encoding %s, which means no encoding",
    async (encoding) => {
      expect(codeOf(await whoami(gateway, key, { "Content-Encoding": encoding }))).toBe("200 accepted");
    },
  );

  test("a body over 1 MiB, to the byte", async () => {
    const refused = '{"error":"Payload too large","code":"payload_too_large"}';
    expectRefusal(await whoami(gateway, key, {}, `"${"x".repeat(1024 * 1024 - 1)}"`), 413, refused);
  });

  test("a key whose secret was sealed for another row: no request can be signed with it", async () => {
    const moved = await insertKey({ sealedFor: "00000000-0000-4000-8000-000000000000" });
    const reply = await whoamiOnce(gateway, moved);
    expectRefusal(reply, 503, '{"error":"Unavailable","code":"unavailable"}');
    expect(reply.headers["retry-after"]).toBe("1");
    await expect.poll(() => outcomesOf(moved.number)).toEqual(["secret_not_opened"]);
  });
});

describe("refused for the first error", () => {
  const wrong = {
    signature: { "X-Processing-Signature": "0".repeat(128) },
    encoding: { "Content-Encoding": "gzip" },
    type: { "Content-Type": "text/plain" },
  };

  test("the key before the encoding, the signature, the address and the content", async () => {
    const unknown = { ...key, key: randomLetters(32) };
    expect(codeOf(await whoami(gateway, unknown, { ...wrong.signature, ...wrong.encoding, ...wrong.type }, "no"))).toBe(
      "403 bad_header_key",
    );
  });

  test("the signature before the address: without the secret nothing about the list is revealed", async () => {
    const elsewhere = await insertKey({ allowedIps: ["198.51.100.7"] });
    expect(codeOf(await whoami(gateway, elsewhere, { ...wrong.signature, ...wrong.type }, "no"))).toBe(
      "403 bad_header_signature",
    );
  });

  test("the address before the content", async () => {
    const elsewhere = await insertKey({ allowedIps: ["198.51.100.7"] });
    expect(codeOf(await whoami(gateway, elsewhere, wrong.type, "no"))).toBe("403 ip_not_allowed");
  });

  test("the content before the path", async () => {
    expect(codeOf(await send(url("/api/v2/nothing"), { headers: { ...signed(key, "no") }, body: "no" }))).toBe(
      "400 bad_content_format",
    );
  });
});
