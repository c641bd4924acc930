import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { gatewayHere } from "../../kit/gateway/gateway";
import { insertKey } from "../../kit/gateway/gateway-keys";
import { BODY, hmac, isWithoutLease, RawClient, repliesIn, send, signed } from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";
import { requestAwaitingBody, slowRequest } from "../../kit/gateway/slow-bodies";
import { retryIfStarved } from "../../kit/retry-if-starved";

const gateway = await gatewayHere();
afterAll(() => gateway.stop());
const key = await insertKey();

const LONG = { timeout: 60_000 };
const HOST = "Host: gateway.example";
const REQUEST = "POST /api/v2/whoami HTTP/1.1";
const PING = ["GET /api/v2/ping HTTP/1.1", HOST, "", ""];
const chunk = (text: string) => [Buffer.byteLength(text).toString(16), text];
const signedLines = (body = BODY) => Object.entries(signed(key, body)).map(([name, value]) => `${name}: ${value}`);

/**
 * Sends the lines and returns the replies, until the server closes or there are `count` of them.
 * Repeated while the gateway has no lease.
 */
const replies = (lines: string[], count = 1) =>
  retryWithoutLease(
    () => repliesOnce(lines, count),
    (found) => found.some(({ code }) => code === "unavailable"),
  );

async function repliesOnce(lines: string[], count: number) {
  const client = new RawClient(gateway.port).write(...lines);
  const enough = async () => {
    while (repliesIn(client.received).length < count) await sleep(5);
  };
  await Promise.race([enough(), client.closed]);
  const found = repliesIn(client.received);
  client.end();
  return found.map(({ status, head, body }) => ({
    status,
    head,
    code: body === "OK" ? "OK" : (JSON.parse(body).code ?? "accepted"),
  }));
}

async function closesAfter(lines: string[]): Promise<string[]> {
  const received = await retryWithoutLease(() => new RawClient(gateway.port).write(...lines).closed, isWithoutLease);
  return repliesIn(received).map(
    ({ status, body }) => `${status} ${body === "OK" ? "OK" : (JSON.parse(body).code ?? "accepted")}`,
  );
}

describe("accepted on the wire", () => {
  test("a signed request with its length, and one in chunks", async () => {
    const whole = [REQUEST, HOST, ...signedLines(), `Content-Length: ${BODY.length}`, "", BODY];
    const chunked = [
      REQUEST,
      HOST,
      ...signedLines(),
      "Transfer-Encoding: chunked",
      "",
      ...chunk(BODY.slice(0, 9)),
      ...chunk(BODY.slice(9)),
      "0",
      "",
      "",
    ];
    expect((await replies(whole))[0]).toMatchObject({ status: 200, code: "accepted" });
    expect((await replies(chunked))[0]).toMatchObject({ status: 200, code: "accepted" });
  });

  test("several requests on one connection, refused ones in between", async () => {
    const refused = [REQUEST, HOST, "Content-Length: 2", "", "{}"].join("\r\n");
    const ping = PING.join("\r\n");
    expect((await replies([ping + refused + ping], 3)).map(({ code }) => code)).toEqual([
      "OK",
      "required_header_key",
      "OK",
    ]);
  });

  test("a request target in absolute form", async () => {
    expect((await replies(["GET http://gateway.example/api/v2/ping HTTP/1.1", HOST, "", ""]))[0]).toMatchObject({
      code: "OK",
    });
  });

  test("HTTP/1.0 without a Host", async () => {
    expect(await closesAfter(["GET /api/v2/ping HTTP/1.0", "", ""])).toEqual(["200 OK"]);
  });

  test("sixty-four headers", async () => {
    const many = Array.from({ length: 63 }, (_, index) => `X-${index}: v`);
    expect((await replies(["GET /api/v2/ping HTTP/1.1", HOST, ...many, "", ""]))[0]).toMatchObject({ code: "OK" });
  });

  test("a body announced with Expect, after 100 Continue", async () => {
    const finish = await slowRequest(gateway.port, key);
    expect(await finish()).toBe("200 accepted");
  });
});

describe("duplicates", () => {
  const rest = [`Content-Length: ${BODY.length}`, "", BODY];
  const type = "Content-Type: application/json";
  const signature = () => `X-Processing-Signature: ${hmac(key.secret, BODY)}`;
  const keyLine = () => `X-Processing-Key: ${key.key}`;

  test("of the key header are refused, though they are equal", async () => {
    const lines = [
      REQUEST,
      HOST,
      type,
      keyLine(),
      signature(),
      keyLine().toLowerCase().replace(key.key.toLowerCase(), key.key),
      ...rest,
    ];
    expect((await replies(lines))[0]).toMatchObject({ status: 403, code: "required_header_key" });
  });

  test("of the signature header are refused, though they are equal", async () => {
    const lines = [REQUEST, HOST, type, keyLine(), signature(), signature(), ...rest];
    expect((await replies(lines))[0]).toMatchObject({ status: 403, code: "required_header_signature" });
  });

  test("of Content-Type are refused", async () => {
    const lines = [REQUEST, HOST, type, type, keyLine(), signature(), ...rest];
    expect((await replies(lines))[0]).toMatchObject({ status: 400, code: "bad_content_format" });
  });

  test("of Host are refused, and the connection ends", async () => {
    expect(await closesAfter([REQUEST, HOST, HOST, ...signedLines(), ...rest])).toEqual(["400 bad_request"]);
  });

  test("of Content-Length are refused, and the connection ends", async () => {
    expect(
      await closesAfter([
        REQUEST,
        HOST,
        ...signedLines(),
        `Content-Length: ${BODY.length}`,
        "Content-Length: 2",
        "",
        BODY,
      ]),
    ).toEqual(["400 bad_request"]);
  });
});

describe("refused on the wire, as JSON, and the connection ends", () => {
  const chunks = ["", ...chunk(BODY), "0", "", ""];

  test.each<[string, () => string[]]>([
    [
      "a transfer coding that is not chunked alone",
      () => [REQUEST, HOST, ...signedLines(), "Transfer-Encoding: gzip, chunked", ...chunks],
    ],
    [
      "a length beside chunks",
      () => [REQUEST, HOST, ...signedLines(), "Transfer-Encoding: chunked", "Content-Length: 3", ...chunks],
    ],
    [
      "two Transfer-Encoding headers",
      () => [REQUEST, HOST, ...signedLines(), "Transfer-Encoding: chunked", "Transfer-Encoding: identity", ...chunks],
    ],
    [
      "a coding hidden behind a tab",
      () => [REQUEST, HOST, ...signedLines(), "Transfer-Encoding: \tx-chunked", ...chunks],
    ],
    [
      "chunks in HTTP/1.0",
      () => ["POST /api/v2/whoami HTTP/1.0", HOST, ...signedLines(), "Transfer-Encoding: chunked", ...chunks],
    ],
    ["no Host", () => [REQUEST, ...signedLines(), `Content-Length: ${BODY.length}`, "", BODY]],
    ["a header without a name", () => [REQUEST, HOST, ": v", "", ""]],
    ["a blank before the colon", () => [REQUEST, HOST, "Content-Length : 2", "", "{}"]],
    ["a length with a sign", () => [REQUEST, HOST, "Content-Length: +2", "", "{}"]],
    ["a folded header", () => [REQUEST, HOST, "X-A: b", " c", "", ""]],
    ["a NUL in a header", () => [REQUEST, HOST, "X-A: b\0c", "", ""]],
    ["no HTTP at all", () => ["EHLO gateway.example", ""]],
    ["an unknown method", () => ["BREW /api/v2/ping HTTP/1.1", HOST, "", ""]],
    ["HTTP/2's preface", () => ["PRI * HTTP/2.0", "", "SM", "", ""]],
    ["TLS", () => ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"]],
  ])("%s", async (_, lines) => {
    expect(await closesAfter(lines())).toEqual(["400 bad_request"]);
  });

  test("an invalid chunk length, in the middle of a signed body", async () => {
    const lines = [
      REQUEST,
      HOST,
      ...signedLines(),
      "Transfer-Encoding: chunked",
      "",
      ...chunk(BODY.slice(0, 5)),
      "zz",
      "",
      "",
    ];
    expect(await closesAfter(lines)).toEqual(["400 bad_request"]);
  });

  test("invalid bytes after a valid request, which is answered", async () => {
    const answers = await closesAfter([
      REQUEST,
      HOST,
      ...signedLines(),
      `Content-Length: ${BODY.length}`,
      "",
      `${BODY}GARBAGE\r\n\r\n`,
    ]);
    expect(answers[0]).toBe("200 accepted");
    expect(answers.slice(1).filter((answer) => answer !== "400 bad_request")).toEqual([]);
  });

  test("the sixty-fifth header", async () => {
    const many = Array.from({ length: 64 }, (_, index) => `X-${index}: v`);
    expect(await closesAfter(["GET /api/v2/ping HTTP/1.1", HOST, ...many, "", ""])).toEqual(["431 headers_too_large"]);
  });

  test("a second key header hidden behind more headers than node keeps", async () => {
    const many = Array.from({ length: 1_500 }, () => "a:");
    expect(
      await closesAfter([REQUEST, HOST, ...signedLines(), ...many, `X-Processing-Key: ${key.key}`, "", ""]),
    ).toEqual(["431 headers_too_large"]);
  });

  test("headers over 8 KiB", async () => {
    expect(await closesAfter(["GET /api/v2/ping HTTP/1.1", HOST, `X-A: ${"v".repeat(8 * 1024)}`, "", ""])).toEqual([
      "431 headers_too_large",
    ]);
    expect(await closesAfter([`GET /api/v2/ping?${"v".repeat(8 * 1024)} HTTP/1.1`, HOST, "", ""])).toEqual([
      "431 headers_too_large",
    ]);
  });

  test("CONNECT", async () => {
    expect(await closesAfter(["CONNECT gateway.example:443 HTTP/1.1", HOST, "", ""])).toEqual([
      "405 method_not_allowed",
    ]);
  });

  test("an expectation other than 100-continue", async () => {
    expect(
      await closesAfter([
        REQUEST,
        HOST,
        ...signedLines(),
        "Expect: miracles",
        `Content-Length: ${BODY.length}`,
        "",
        BODY,
      ]),
    ).toEqual(["417 expectation_failed"]);
  });
});

describe("a body that is not needed", () => {
  test("is not requested: a refused Expect gets its response instead of 100 Continue", async () => {
    const lines = [REQUEST, HOST, "Expect: 100-continue", "Content-Length: 1000000", "", ""];
    expect(await closesAfter(lines)).toEqual(["403 required_header_key"]);
    expect(
      await closesAfter([REQUEST, HOST, ...signedLines(), "Expect: 100-continue", "Content-Length: 1048577", "", ""]),
    ).toEqual(["413 payload_too_large"]);
  });

  test("is discarded, so that the response reaches a client that is still sending, and the connection stays open", async () => {
    const body = "x".repeat(3 * 1024 * 1024);
    const refused = [REQUEST, HOST, ...signedLines(), `Content-Length: ${body.length}`, "", body].join("\r\n");
    expect((await replies([refused + PING.join("\r\n")], 2)).map(({ code }) => code)).toEqual([
      "payload_too_large",
      "OK",
    ]);
  });

  test("is discarded up to a limit", async () => {
    const client = new RawClient(gateway.port).write(REQUEST, HOST, `Content-Length: ${1024 ** 3}`, "", "");
    const sending = setInterval(
      () => client.socket.writableLength < 4_000_000 && client.socket.write("x".repeat(1_000_000)),
      1,
    );
    const received = await client.closed;
    clearInterval(sending);
    expect(repliesIn(received)[0]?.status).toBe(403);
    expect(client.socket.bytesWritten).toBeLessThan(64_000_000);
  });

  test("that is chunked and endless is refused at 1 MiB", async () => {
    const lines = [
      REQUEST,
      HOST,
      ...signedLines(),
      "Transfer-Encoding: chunked",
      "",
      ...Array.from({ length: 17 }, () => chunk("x".repeat(65_536))).flat(),
      "",
    ];
    expect((await replies(lines))[0]).toMatchObject({ status: 413, code: "payload_too_large" });
  });
});

describe("connections", () => {
  test("past the limit are closed at once, and earlier ones are served; a closed one makes room", async () => {
    const attempt = async () => {
      const small = await gatewayHere({ maxConnections: 3 });
      onTestFinished(small.stop);
      const first = Array.from({ length: 3 }, () =>
        new RawClient(small.port).write("GET /healthz HTTP/1.1", HOST, "", ""),
      );
      for (const client of first) await expect.poll(() => client.received, LONG).toMatch(/OK$/);
      // Without a lease its port is closed, and each answer closes its connection.
      const isClosed = () => first.some(({ received }) => /^connection: close/im.test(received));
      if (isClosed()) return "again";
      expect(await new RawClient(small.port).write(...PING).closed).toBe("");
      first[0]?.write("GET /healthz HTTP/1.1", HOST, "", "");
      await expect.poll(() => repliesIn(first[0]?.received ?? "").length, LONG).toBe(2);
      if (isClosed()) return "again";
      first[1]?.end();
      const served = async () => (await send(`${small.origin}/api/v2/ping`).catch(() => null))?.status;
      await expect.poll(served, LONG).toBe(200);
      for (const client of first) client.end();
      return "done";
    };
    expect(await retryWithoutLease(attempt, (how) => how === "again")).toBe("done");
  });
});

describe("time limits", () => {
  test("headers that are incomplete after 3 s are refused with 408", async () => {
    await retryIfStarved(500, async () => {
      const started = performance.now();
      expect(await closesAfter([REQUEST, HOST, "X-Slow: "])).toEqual(["408 request_timeout"]);
      expect((performance.now() - started) / 1_000).toBeGreaterThan(2.9);
      expect((performance.now() - started) / 1_000).toBeLessThan(6);
    });
  });

  test("a body that is incomplete after 10 s is refused with 408, and never accepted", async () => {
    const started = performance.now();
    expect(
      await closesAfter([REQUEST, HOST, ...signedLines(), `Content-Length: ${BODY.length}`, "", BODY.slice(0, -1)]),
    ).toEqual(["408 request_timeout"]);
    expect((performance.now() - started) / 1_000).toBeGreaterThan(9.9);
  });

  const half = () => [REQUEST, HOST, ...signedLines(), `Content-Length: ${BODY.length}`, "", BODY.slice(0, 5)];

  test("a client that ends in the middle of its body is refused", async () => {
    const client = new RawClient(gateway.port).write(...half());
    client.socket.end();
    expect(repliesIn(await client.closed).map(({ status }) => status)).toEqual([400]);
  });

  test("a client that disconnects in the middle of its body affects no other", async () => {
    const gone = () => gateway.lines().filter((line) => line.includes('"client_gone"')).length;
    const before = gone();
    const client = await requestAwaitingBody(gateway.port, key);
    client.socket.resetAndDestroy();
    await expect.poll(gone, LONG).toBe(before + 1);
    expect((await replies(PING))[0]).toMatchObject({ code: "OK" });
    expect(gateway.lines().filter((line) => line.includes('"a bug"'))).toEqual([]);
  });
});
