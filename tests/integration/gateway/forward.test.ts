import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey, randomLetters, type StoredKey, setStatus } from "../../kit/gateway/gateway-keys";
import {
  BODY,
  codeOf,
  hmac,
  isWithoutLease,
  RawClient,
  send,
  sendOnce,
  signed,
} from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";
import {
  type Received,
  startRawUpstream,
  startUpstream,
  type TestUpstream,
  valuesOf,
} from "../../kit/gateway/upstream";
import { retryIfStarved } from "../../kit/retry-if-starved";
import { stopwatch } from "../../kit/stopwatch";

/** The impatient gateway's limit for the upstream's answer. */
const ANSWER_MS = 600;
/**
 * The upstream and the gateway are both in this process, so while it is blocked the upstream is
 * silent.
 */
const STILL_MS = 150;
const LONG = { timeout: 60_000 };
const BAD_GATEWAY = '{"error":"Bad gateway","code":"bad_gateway"}';
const GATEWAY_TIMEOUT = '{"error":"Gateway timeout","code":"gateway_timeout"}';

let upstream: TestUpstream;
/** Waits for the upstream as long as necessary. */
let gateway: TestGateway;
let impatient: TestGateway;
let raw: Awaited<ReturnType<typeof startRawUpstream>>;
let rawGateway: TestGateway;
let key: StoredKey;

type Serve = Parameters<typeof startRawUpstream>[0];

beforeAll(async () => {
  upstream = await startUpstream();
  raw = await startRawUpstream((socket) => serveRaw(socket));
  [gateway, impatient, rawGateway] = await Promise.all([
    before(upstream.url),
    before(upstream.url, { answerMs: ANSWER_MS }),
    before(raw.url),
  ]);
  key = await insertKey();
});
afterAll(async () => {
  await Promise.all([gateway.stop(), impatient.stop(), rawGateway.stop()]);
  await Promise.all([upstream.close(), raw.close()]);
});

const before = (url: string, { answerMs = 60_000, ...more }: { answerMs?: number; stillMs?: number } = {}) =>
  gatewayHere({ upstream: { url, connectMs: 60_000, answerMs }, trustedProxies: ["127.0.0.1"], ...more });

let serveRaw: Serve = () => undefined;
/** A gateway in front of an upstream that serves each connection with `serve`. */
function beforeRaw(serve: Serve): TestGateway {
  serveRaw = serve;
  return rawGateway;
}

const ask = (
  path: string,
  headers: Record<string, string> = {},
  { body = BODY as string | Uint8Array, method = "POST", to = gateway } = {},
) => send(`${to.origin}${path}`, { method, headers: { ...signed(key, body), ...headers }, body });

const lastReceived = () => upstream.received.at(-1) as Received;

const rawRequest = (path: string, more: string[] = [], version = "1.1") => [
  `POST ${path} HTTP/${version}`,
  "Host: gateway.example",
  ...Object.entries(signed(key)).map(([name, value]) => `${name}: ${value}`),
  ...more,
  `Content-Length: ${BODY.length}`,
  "",
  BODY,
];

/**
 * Sends a request on a raw connection and resolves once the connection has received enough. Uses a
 * new connection while the gateway has no lease.
 */
const rawAsk = (path: string, { enough = /^HTTP/, more = [] as string[], version = "1.1", to = gateway } = {}) =>
  retryWithoutLease(
    async () => {
      const client = new RawClient(to.port).write(...rawRequest(path, more, version));
      await expect
        .poll(() => enough.test(client.received) || isWithoutLease(client.received), { ...LONG, interval: 5 })
        .toBe(true);
      return client;
    },
    ({ received }) => isWithoutLease(received),
  );

describe("an accepted request is forwarded", () => {
  test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])(
    "%s, with its path, query and body as they are",
    async (method) => {
      const body = Buffer.from(' {"é":"\\u00e9 鍵"}\r\n');
      const path = "/api/v2/payments/%7Ea//b;c?x=%2F&x=1&y=%zz?";
      const reply = await ask(path, {}, { method, body });
      expect(reply).toMatchObject({ status: 200, body: "{}" });
      expect(lastReceived()).toMatchObject({ method, target: path });
      expect(lastReceived().body.equals(body)).toBe(true);
    },
  );

  test("with a body of 1 MiB in chunks", async () => {
    const body = `"${"x".repeat(1024 * 1024 - 2)}"`;
    expect((await ask("/api/v2/large", {}, { body })).status).toBe(200);
    expect(lastReceived().body.toString()).toBe(body);
    expect(valuesOf(lastReceived(), "content-length")).toEqual([String(body.length)]);
  });

  test("with its merchant, its source, its id, and how long the decision is valid", async () => {
    const sent = Date.now();
    const reply = await ask("/api/v2/payments", { "X-Forwarded-For": "198.51.100.7, 203.0.113.9" });
    const at = (name: string) => valuesOf(lastReceived(), name);
    expect(at("x-merchant-id")).toEqual([key.merchantId]);
    expect(at("x-api-key-id")).toEqual([String(key.number)]);
    expect(at("x-request-id")).toEqual([reply.headers["x-request-id"]]);
    expect(at("x-source-address")).toEqual(["203.0.113.9"]);
    expect(at("x-forwarded-for")).toEqual(["203.0.113.9"]);
    expect(at("x-processing-key")).toEqual([key.key]);
    expect(at("host")).toEqual([`127.0.0.1:${upstream.port}`]);
    expect(at("x-decision-valid-until")[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const until = Date.parse(at("x-decision-valid-until")[0] as string);
    expect(until).toBeGreaterThan(sent);
    expect(until).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  test("without its signature, its own identity headers, and headers about its connection", async () => {
    const forged = [
      "X-Merchant-Id",
      "X_Merchant_Id",
      "x-api-key-id",
      "X-Request-ID",
      "X-Source-Address",
      "X-Decision-Valid-Until",
      "Forwarded",
    ];
    const client = await rawAsk("/api/v2/payments", {
      enough: /^HTTP\/1.1 200 OK/,
      more: [
        ...forged.map((name) => `${name}: forged`),
        "Connection: keep-alive, X-Hop, X-Merchant-Id",
        "X-Hop: forged",
        "Keep-Alive: timeout=forged",
        "TE: trailers",
        "Upgrade: forged",
        "X-Kept: \xe9 as is",
        "X-Kept: twice",
      ],
    });
    client.end();
    expect(lastReceived().headers.filter(([, value]) => value.includes("forged"))).toEqual([]);
    expect(valuesOf(lastReceived(), "x-merchant-id")).toEqual([key.merchantId]);
    expect(
      ["te", "upgrade", "keep-alive", "expect", "x-processing-signature"].flatMap((name) =>
        valuesOf(lastReceived(), name),
      ),
    ).toEqual([]);
    expect(valuesOf(lastReceived(), "x-kept")).toEqual(["\xe9 as is", "twice"]);
  });

  test("over connections that are kept open", async () => {
    for (let count = 0; count < 10; count++) await ask("/api/v2/payments");
    expect(await upstream.connections()).toBeLessThanOrEqual(3);
  });
});

describe("what is not forwarded", () => {
  test("a refused request, a path of the gateway's own, a path outside the API", async () => {
    const count = upstream.received.length;
    const inactive = await insertKey({ status: "inactive" });
    expect(codeOf(await send(`${gateway.origin}/api/v2/payments`, { headers: signed(inactive), body: BODY }))).toBe(
      "403 bad_header_key",
    );
    expect(codeOf(await ask("/api/v2/payments", { "X-Processing-Signature": "0".repeat(128) }))).toBe(
      "403 bad_header_signature",
    );
    expect(codeOf(await ask("/api/v2/payments", {}, { body: "no" }))).toBe("400 bad_content_format");
    expect(codeOf(await ask("/api/v2/whoami"))).toBe("200 accepted");
    expect(codeOf(await ask("/api/v2/whoami", {}, { method: "PUT" }))).toBe("405 method_not_allowed");
    expect((await ask("/api/v2/ping")).body).toBe("OK");
    for (const path of ["/", "/internal", "/api/v2/../internal", "/api/v2/..%2finternal", "/api/v2/%2e%2e/internal"])
      expect(codeOf(await ask(path)), path).toBe("404 not_found");
    expect(upstream.received).toHaveLength(count);
  });

  test("a request after the key was deactivated", async () => {
    const leaving = await insertKey();
    const asks = () => send(`${gateway.origin}/api/v2/payments`, { headers: signed(leaving), body: BODY });
    expect((await asks()).status).toBe(200);
    await setStatus(leaving, "inactive");
    await expect.poll(async () => (await asks()).status, LONG).toBe(403);
  });
});

describe("the upstream's response is returned", () => {
  test("with its status, headers and bytes", async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128]);
    upstream.at("/api/v2/created", (response) => {
      const headers = [
        "Content-Type",
        "a/b",
        "Set-Cookie",
        "a=1",
        "Set-Cookie",
        "b=2",
        "X-Text",
        "\xe9\x85",
        "X-Request-Id",
        "theirs",
      ];
      response.writeHead(201, [...headers, "Connection", "keep-alive, X-Internal", "X-Internal", "hidden"]).end(bytes);
    });
    const client = await rawAsk("/api/v2/created", { enough: /\0\xff\r\n\x80/ });
    client.end();
    const { received } = client;
    expect(received).toMatch(/^HTTP\/1\.1 201 /);
    for (const line of ["Content-Type: a/b", "Set-Cookie: a=1", "Set-Cookie: b=2", "X-Text: \xe9\x85"])
      expect(received).toContain(`${line}\r\n`);
    expect(received.match(/^x-request-id: .*$/gim)).toEqual([expect.not.stringContaining("theirs")]);
    expect(received).not.toContain("hidden");
  });

  test.each([204, 304, 404, 500, 503])("with status %i, as the upstream sent it", async (status) => {
    upstream.at("/api/v2/status", (response) => response.writeHead(status).end());
    expect(await ask("/api/v2/status")).toMatchObject({ status, body: "" });
  });

  test("to HEAD without a body, and the connection stays open", async () => {
    upstream.at("/api/v2/head", (response) => response.writeHead(200, { "Content-Length": "5" }).end());
    const reply = await ask("/api/v2/head", {}, { method: "HEAD" });
    expect(reply).toMatchObject({ status: 200, body: "", headers: { "content-length": "5" } });
    expect((await ask("/api/v2/payments")).status).toBe(200);
  });

  test("piece by piece, as they arrive, though together they take longer than one may", async () => {
    upstream.at("/api/v2/slowly", async (response) => {
      response.writeHead(200).flushHeaders();
      for (const piece of ["one", "two", "three"]) {
        await sleep(ANSWER_MS * 0.6);
        response.write(piece);
      }
      response.end();
    });
    await retryIfStarved(STILL_MS, async () => {
      const client = await rawAsk("/api/v2/slowly", { to: impatient });
      for (const piece of ["one", "two", "three", "\r\n0\r\n\r\n"]) {
        await expect.poll(() => client.received.includes(piece) || client.over, { ...LONG, interval: 5 }).toBe(true);
        expect(client.received).toContain(piece);
        if (piece === "one") expect(client.received).not.toContain("two");
      }
      client.end();
    });
  });

  test("in the order of the requests, when they were pipelined", async () => {
    upstream.at("/api/v2/first", (response) => void setTimeout(() => response.end("first"), 200));
    upstream.at("/api/v2/second", (response) => void response.end("2".repeat(1_000_000)));
    const both =
      rawRequest("/api/v2/first").join("\r\n") + rawRequest("/api/v2/second", ["Connection: close"]).join("\r\n");
    const received = await retryWithoutLease(() => new RawClient(gateway.port).write(both).closed, isWithoutLease);
    expect(received.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(received.indexOf("first")).toBeGreaterThan(0);
    expect(received.indexOf("first")).toBeLessThan(received.indexOf("222"));
    expect(received.match(/2{10,}/g)?.join("").length).toBe(1_000_000);
  });

  test("no faster than the client reads it, however slow that is, and complete", async () => {
    let written = 0;
    const [piece, total] = [Buffer.alloc(64 * 1024, "x"), 32 * 1024 * 1024];
    upstream.at("/api/v2/flood", (response) => {
      written = 0;
      const more = () => {
        while (written < total && response.write(piece)) written += piece.length;
        if (written >= total) response.end();
        else written += piece.length;
      };
      response.on("drain", more);
      more();
    });
    await retryIfStarved(STILL_MS, async () => {
      const client = connect(impatient.port, "127.0.0.1").pause();
      const closed = once(client, "close");
      client.write(rawRequest("/api/v2/flood", ["Connection: close"]).join("\r\n"));
      await expect.poll(() => written, LONG).toBeGreaterThan(0);
      await sleep(ANSWER_MS * 2);
      expect(written).toBeLessThan(total / 2);
      let taken = 0;
      client.on("data", (chunk: Buffer) => (taken += chunk.length)).resume();
      await closed;
      expect(taken).toBeGreaterThan(total);
    });
  });
});

describe("an upstream that fails", () => {
  const closed = "http://127.0.0.1:1";

  test("refuses connections: 502", async () => {
    const its = await before(closed);
    onTestFinished(its.stop);
    const reply = await ask("/api/v2/payments", {}, { to: its });
    expect(reply).toMatchObject({
      status: 502,
      body: BAD_GATEWAY,
      headers: { "content-type": "application/json", "cache-control": "no-store" },
    });
    expect(codeOf(await ask("/api/v2/whoami", {}, { to: its }))).toBe("200 accepted");
  });

  test.each<[string, string | null]>([
    ["dies before it answers", null],
    ["answers garbage", "EHLO upstream\r\n\r\n"],
    ["dies in its headers", "HTTP/1.1 200 OK\r\nContent-Le"],
    ["changes the protocol unasked", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"],
    ["answers two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    [
      "answers a length beside chunks",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
  ])("%s: 502", async (_, text) => {
    const its = beforeRaw((socket) => (text === null ? socket.destroy() : socket.end(text)));
    expect(await ask("/api/v2/payments", {}, { to: its })).toMatchObject({ status: 502, body: BAD_GATEWAY });
  });

  test("does not respond: 504, while others are served", async () => {
    upstream.at("/api/v2/silent", () => undefined);
    await retryIfStarved(STILL_MS, async () => {
      const silent = Array.from({ length: 20 }, () => ask("/api/v2/silent", {}, { to: impatient }));
      for (let count = 0; count < 20; count++)
        expect((await ask("/api/v2/payments", {}, { to: impatient })).status).toBe(200);
      for (const reply of await Promise.all(silent))
        expect(reply).toMatchObject({ status: 504, body: GATEWAY_TIMEOUT });
    });
  });

  test("dies halfway: the client's response is cut off, and no other request is affected", async () => {
    let die = () => undefined as unknown;
    upstream.at("/api/v2/half", (response) => {
      response.writeHead(200, { "Content-Type": "text/plain" }).write("half");
      die = () => response.destroy();
    });
    const others = Promise.all(Array.from({ length: 20 }, () => ask("/api/v2/payments")));
    const client = await rawAsk("/api/v2/half", { enough: /half/ });
    die();
    const received = await client.closed;
    expect(received).toContain("half");
    expect(received).not.toMatch(/\r\n0\r\n\r\n$/);
    expect((await others).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    await expect.poll(() => gateway.lines().filter((line) => line.includes('"upstream":"cut"')).length, LONG).toBe(1);
  });

  test.each([
    ["fewer bytes than it announced", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "1.1"],
    ["an end in the middle of a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf", "1.1"],
    [
      "the same, to a client that knows no chunks",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
      "1.0",
    ],
  ])("%s: the client's connection is reset", async (_, text, version) => {
    let end = () => undefined as unknown;
    const its = beforeRaw((socket) => {
      socket.write(text);
      end = () => socket.end();
    });
    const client = await rawAsk("/api/v2/half", { enough: /half/, version, to: its });
    const reset = resetOf(client);
    end();
    expect(await reset).toContain("ECONNRESET");
  });

  test("stops responding halfway: the client's connection is reset", async () => {
    upstream.at("/api/v2/stalls", (response) => void response.writeHead(200).write("half"));
    await retryIfStarved(STILL_MS, async () => {
      const client = await rawAsk("/api/v2/stalls", { enough: /^HTTP\/1.1 (200.*half|504)/s, to: impatient });
      const reset = resetOf(client);
      expect(client.received).toContain("half");
      expect(await reset).toContain("ECONNRESET");
    });
  });
});

const resetOf = ({ socket }: RawClient) =>
  new Promise((resolve) => socket.on("error", ({ message }) => resolve(message)));

describe("a client that disconnects", () => {
  test.each(["silent", "streaming"])("aborts its request to a %s upstream", async (kind) => {
    const gone = new Promise<void>((resolve) => {
      upstream.at(`/api/v2/${kind}-for-long`, (response, _, message) => {
        message.socket.on("close", resolve);
        if (kind === "streaming") response.writeHead(200).write("x");
      });
    });
    const count = upstream.received.length;
    const client = await retryWithoutLease(
      async () => {
        const asking = new RawClient(gateway.port).write(...rawRequest(`/api/v2/${kind}-for-long`));
        await expect.poll(() => upstream.received.length > count || isWithoutLease(asking.received), LONG).toBe(true);
        return asking;
      },
      ({ received }) => isWithoutLease(received),
    );
    expect(upstream.received).toHaveLength(count + 1);
    // With a reset: a client that only closes its sending side still waits for the answer.
    client.socket.resetAndDestroy();
    await gone;
    await expect
      .poll(() => gateway.lines().filter((line) => line.includes('"upstream":"client_gone"')).length, LONG)
      .toBeGreaterThan(0);
    expect((await ask("/api/v2/payments")).status).toBe(200);
  });
});

test("a client that stops reading is disconnected after too long without progress, and so is its request to the upstream", async () => {
  const its = await before(upstream.url, { stillMs: 1_000 });
  onTestFinished(its.stop);
  const gone = new Promise<void>((resolve) => {
    upstream.at("/api/v2/unread", (response, _, message) => {
      message.socket.on("close", resolve);
      response.writeHead(200).write(Buffer.alloc(32 * 1024 * 1024));
    });
  });
  const asking = () => {
    const client = connect(its.port, "127.0.0.1").on("error", () => undefined);
    onTestFinished(() => void client.destroy());
    client.pause().write(rawRequest("/api/v2/unread").join("\r\n"));
  };
  const count = upstream.received.length;
  asking();
  // A gateway that has no lease, or was blocked for longer than `stillMs`, forwards nothing.
  const refused = () => its.lines().filter((line) => /"outcome":"(unavailable|client_gone)"/.test(line)).length;
  let asked = 1;
  while (upstream.received.length === count && asked < 100) {
    await sleep(20);
    if (refused() < asked) continue;
    asked++;
    asking();
  }
  await gone;
  await expect.poll(() => its.lines().some((line) => line.includes('"upstream":"client_gone"')), LONG).toBe(true);
});

test("the log has the upstream's result, and nothing of path, headers or body", async () => {
  const marks = [randomLetters(20), randomLetters(20), randomLetters(20)] as const;
  upstream.at(`/api/v2/${marks[0]}`, (response) => response.writeHead(402, { "X-Mark": marks[1] }).end(marks[2]));
  const reply = await ask(`/api/v2/${marks[0]}?q=${marks[1]}`, { "X-Mark": marks[2] });
  const line = () => gateway.lines().find((text) => text.includes(reply.headers["x-request-id"] as string));
  await expect.poll(line, LONG).toBeDefined();
  expect(JSON.parse(line() as string)).toMatchObject({
    route: "other",
    outcome: "accepted",
    status: 402,
    upstream: "answered",
    key: key.number,
  });
  const log = gateway.lines().join("\n");
  for (const mark of [...marks, key.key, key.secret, hmac(key.secret, BODY)])
    expect(log.includes(mark), mark).toBe(false);
  expect(log).not.toContain("a bug");
});

test("a gateway that is told to stop waits for the upstream's response", async () => {
  const its = await before(upstream.url);
  const arrived = new Promise<ServerResponse>((resolve) => upstream.at("/api/v2/at-last", resolve));
  const reply = ask("/api/v2/at-last", {}, { to: its });
  const response = await arrived;
  const stopped = its.stop();
  const refuses = () =>
    sendOnce(`${its.origin}/healthz`, { method: "GET" }).then(
      () => false,
      ({ code }) => code === "ECONNREFUSED",
    );
  await expect.poll(refuses, LONG).toBe(true);
  response.end("late");
  await stopped;
  expect(await reply).toMatchObject({ status: 200, body: "late", headers: { connection: "close" } });
});

test("a connection whose answer had begun when the gateway was told to stop closes soon after the answer's end", async () => {
  const its = await before(upstream.url);
  const arrived = new Promise<ServerResponse>((resolve) =>
    upstream.at("/api/v2/begun", (response) => {
      response.writeHead(200, { "Content-Length": 8 }).write("half");
      resolve(response);
    }),
  );
  const client = await rawAsk("/api/v2/begun", { to: its, enough: /half/ });
  const response = await arrived;
  const idle = await rawAsk("/api/v2/any", { to: its, enough: /\{\}/ });
  const stopped = its.stop();
  await idle.closed;
  response.end("done");
  const took = stopwatch();
  await stopped;
  expect(client.received).toMatch(/halfdone$/);
  expect(took()).toBeLessThan(5_000);
});
