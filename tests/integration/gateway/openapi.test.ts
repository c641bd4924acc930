import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ERROR_CODES, errorAnswer } from "@/lib/gateway/http/errors";
import document from "@/public/openapi.json";
import { freePort } from "../../kit/free-port";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey, randomLetters, type StoredKey } from "../../kit/gateway/gateway-keys";
import { BODY, headersIn, hmac, RawClient, repliesIn, send, signed } from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";
import { type Answered, disagreements } from "../../kit/gateway/openapi";
import { sendUnknownKeys } from "../../kit/gateway/unknown-keys";
import { startUpstream } from "../../kit/gateway/upstream";
import { type GatewayWithoutLease, gatewayWithoutLease } from "../../kit/gateway/without-lease";

let gateway: TestGateway;
let withoutLease: GatewayWithoutLease;
let key: StoredKey;
let elsewhere: StoredKey;
beforeAll(async () => {
  gateway = await gatewayHere({ trustedProxies: ["127.0.0.1"] });
  withoutLease = await gatewayWithoutLease(3);
  [key, elsewhere] = [await insertKey(), await insertKey({ allowedIps: ["198.51.100.7"] })];
});
afterAll(() => Promise.all([gateway.stop(), withoutLease.stop()]));

const WHOAMI = "/api/v2/whoami";
const seen = new Set<string>();

/** The reply agrees with the document and has the expected outcome. */
function agrees(path: string, method: string, answer: Answered, outcome: string): void {
  expect(disagreements(path, method, answer)).toEqual([]);
  expect(`${answer.status} ${codeIn(answer)}`).toBe(outcome);
  seen.add(codeIn(answer));
}
const codeIn = ({ body }: Answered): string =>
  body === "OK" || body === "" ? "ok" : (JSON.parse(body).code ?? "accepted");

async function raw(...lines: string[]): Promise<Answered> {
  const client = new RawClient(gateway.port).write(...lines);
  const [reply] = repliesIn(await Promise.race([client.closed, answered(client)]));
  client.end();
  if (!reply) throw new Error("no answer");
  return { ...reply, headers: headersIn(reply.head) };
}

async function answered(client: RawClient): Promise<string> {
  await expect.poll(() => repliesIn(client.received).length, { interval: 5, timeout: 60_000 }).toBe(1);
  return client.received;
}

test("the document is OpenAPI 3.1", async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
});

describe("a request without a signature gets a response that matches the document", () => {
  test.each([
    ["GET", "/api/v2/ping"],
    ["POST", "/api/v2/ping"],
    ["GET", "/healthz"],
    ["HEAD", "/healthz"],
    ["GET", "/readyz"],
    ["HEAD", "/readyz"],
  ])("%s %s", async (method, path) => agrees(path, method, await send(gateway.origin + path, { method }), "200 ok"));

  test("not ready", async () => {
    agrees("/readyz", "GET", await withoutLease.ask("GET", "/readyz"), "503 unavailable");
    agrees("/readyz", "HEAD", await withoutLease.ask("HEAD", "/readyz"), "503 ok");
  });
});

describe("a signed request gets a response that matches the document", () => {
  const request = (headers: Record<string, string>, body: string | Uint8Array = BODY, method = "POST") =>
    send(gateway.origin + WHOAMI, { method, headers, body });

  test.each<[outcome: string, answer: () => Promise<Answered>]>([
    ["200 accepted", () => request(signed(key))],
    ["403 required_header_key", () => request({})],
    ["403 required_header_signature", () => request({ "X-Processing-Key": key.key })],
    ["403 bad_header_key", () => request(signed({ ...key, key: randomLetters(32) }))],
    ["403 bad_header_signature", () => request({ ...signed(key), "X-Processing-Signature": hmac("x", BODY) })],
    ["403 ip_not_allowed", () => request(signed(elsewhere))],
    ["400 bad_content_format", () => request(signed(key, "<a/>"), "<a/>")],
    ["413 payload_too_large", () => request(signed(key), " ".repeat(1024 * 1024 + 1))],
    ["415 unsupported_media_type", () => request({ ...signed(key), "Content-Encoding": "gzip" })],
    ["417 expectation_failed", () => raw(`POST ${WHOAMI} HTTP/1.1`, "Host: a", "Expect: tea", "", "")],
    ["400 bad_request", () => raw(`POST ${WHOAMI} HTTP/1.1`, "Host: a", "Host: b", "", "")],
    [
      "431 headers_too_large",
      () => raw(`POST ${WHOAMI} HTTP/1.1`, "Host: a", ...Array.from({ length: 65 }, (_, n) => `X-${n}: v`), "", ""),
    ],
    ["408 request_timeout", () => raw(`POST ${WHOAMI} HTTP/1.1`, "Host: a")],
    ["503 unavailable", () => withoutLease.ask("POST", WHOAMI, signed(key), BODY)],
  ])("%s", async (outcome, answer) => agrees(WHOAMI, "POST", await answer(), outcome));

  test("another method", async () => {
    const answer = await request(signed(key), BODY, "PUT");
    agrees(WHOAMI, "POST", answer, "405 method_not_allowed");
    expect(answer.headers.allow).toBe("POST");
  });

  test.each(["GET", "DELETE", "PUT", "PATCH"])("%s, which needs a JSON body too", async (method) => {
    const [path, url] = ["/api/v2/{path}", `${gateway.origin}/api/v2/a/b`];
    agrees(path, method, await send(url, { method, headers: signed(key, "{}"), body: "{}" }), "404 not_found");
    agrees(path, method, await send(url, { method, headers: signed(key, "") }), "400 bad_content_format");
  });

  test("another path", async () => {
    const answer = await send(`${gateway.origin}/api/v2/a/b`, { headers: signed(key), body: BODY });
    agrees("/api/v2/{path}", "POST", answer, "404 not_found");
  });

  test("a stream of made-up keys", async () => {
    let network = 0;
    const replies = await retryWithoutLease(
      () => sendUnknownKeys(gateway.port, Array(500).fill(`2001:db8:${++network}::1`)),
      (answers) => answers.some(({ status }) => status === 503),
    );
    const limited = replies.find(({ status }) => status === 429);
    agrees(WHOAMI, "POST", limited as Answered, "429 too_many_requests");
    expect(limited?.headers["retry-after"]).toBe("1");
  });
});

describe("a forwarded request gets a response that matches the document", () => {
  const forwarded = async (url: string, answerMs: number) => {
    const before = await gatewayHere({ upstream: { url, connectMs: 60_000, answerMs } });
    return send(`${before.origin}/api/v2/orders`, { headers: signed(key), body: BODY }).finally(before.stop);
  };

  test("where nothing listens", async () =>
    agrees(
      "/api/v2/{path}",
      "POST",
      await forwarded(`http://127.0.0.1:${await freePort()}`, 60_000),
      "502 bad_gateway",
    ));

  test("where no response comes", async () => {
    const silent = await startUpstream();
    silent.at("/api/v2/orders", () => undefined);
    agrees("/api/v2/{path}", "POST", await forwarded(silent.url, 300).finally(silent.close), "504 gateway_timeout");
  });
});

test("every refusal of the table is in the document, in its words, and all but the internal error was seen above", () => {
  for (const code of ERROR_CODES) {
    const { status, headers, body } = errorAnswer(code, code === "method_not_allowed" ? ["Allow", "POST"] : []);
    const complete = lowerCase({
      ...paired(headers),
      "X-Request-Id": crypto.randomUUID(),
      "Cache-Control": "no-store",
    });
    const [path, method] =
      status === 404 || status > 503 || status === 502 ? ["/api/v2/{path}", "POST"] : [WHOAMI, "POST"];
    expect(disagreements(path, method, { status, headers: complete, body }), code).toEqual([]);
  }
  expect(ERROR_CODES.filter((code) => !seen.has(code))).toEqual(["internal_error"]);
});

test.each<[string, Partial<Answered>]>([
  ["another code", { body: '{"error":"Bad key header","code":"bad_key"}' }],
  ["other words", { body: '{"error":"Forbidden","code":"bad_header_key"}' }],
  ["one thing more", { body: '{"error":"Bad key header","code":"bad_header_key","detail":"inactive"}' }],
  [
    "another type",
    { headers: { "content-type": "text/html", "x-request-id": crypto.randomUUID(), "cache-control": "no-store" } },
  ],
  ["no id", { headers: { "content-type": "application/json", "cache-control": "no-store" } }],
  ["another status", { status: 401 }],
])("a response with %s does not match it", async (_, change) => {
  const answer = await send(gateway.origin + WHOAMI, {
    headers: signed({ ...key, key: randomLetters(32) }),
    body: BODY,
  });
  expect(disagreements(WHOAMI, "POST", answer)).toEqual([]);
  expect(disagreements(WHOAMI, "POST", { ...answer, ...change })).not.toEqual([]);
});

const paired = (lines: readonly string[]) =>
  Object.fromEntries(lines.flatMap((line, index) => (index % 2 === 0 ? [[line, lines[index + 1] as string]] : [])));

const lowerCase = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
