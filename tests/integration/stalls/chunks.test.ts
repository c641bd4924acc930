import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { gatewayHere } from "../../kit/gateway/gateway";
import { insertKey } from "../../kit/gateway/gateway-keys";
import { onBun } from "../../kit/gateway/gateway-program";
import { codeOf, RawClient, repliesIn, signed, whoami } from "../../kit/gateway/gateway-requests";
import { retryUnavailable } from "../../kit/gateway/lease-retries";

const gateway = await gatewayHere();
afterAll(() => gateway.stop());
const key = await insertKey();

const PING = "GET /api/v2/ping HTTP/1.1\r\nHost: a\r\n\r\n";
const chunked = (body: string, size: number) =>
  `${Array.from({ length: Math.ceil(body.length / size) }, (_, index) => body.slice(index * size, (index + 1) * size))
    .map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`)
    .join("")}0\r\n\r\n`;
const json = (bytes: number) => `"${"x".repeat(bytes - 2)}"`;

/**
 * Sends a request in chunks and a ping. Returns the replies when both have arrived, or when the
 * connection has closed.
 */
async function repliesToBoth(headers: Record<string, string>, body: string, size: number) {
  const lines = Object.entries({ Host: "a", ...headers, "Transfer-Encoding": "chunked" }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const client = new RawClient(gateway.port).write(
    "POST /api/v2/whoami HTTP/1.1",
    ...lines,
    "",
    chunked(body, size) + PING,
  );
  const bothAreThere = async () => {
    while (repliesIn(client.received).length < 2) await sleep(10);
  };
  await Promise.race([bothAreThere(), client.closed]);
  client.end();
  return repliesIn(client.received).map((reply) => ({ ...reply, headers: {} }));
}

afterEach(() => vi.restoreAllMocks());

const codesOf = async (body: string, size: number) => {
  let all: Awaited<ReturnType<typeof repliesToBoth>> = [];
  const ask = async () => {
    all = await repliesToBoth(signed(key, body), body, size);
    return all[0] ?? { status: 0, headers: {}, body: "{}" };
  };
  const first = codeOf(await retryUnavailable(ask));
  return [first, ...all.slice(1).map(({ body }) => body)];
};

describe("a body in chunks is served", () => {
  test.each([
    ["a thousand of one byte", 1_000, 1],
    ["64 KiB in chunks of 128 bytes", 65_536, 128],
    ["a mebibyte in chunks of 1 KiB", 1_048_576, 1_024],
  ])("%s, and so is the next request", async (_, bytes, size) => {
    expect(await codesOf(json(bytes), size)).toEqual(["200 accepted", "OK"]);
  });
});

// On Bun the gateway is another process with a parser of its own, in which nothing can be spied on.
describe.skipIf(onBun)("a body in too many chunks", () => {
  const head = Object.entries({ Host: "a", ...signed(key, ""), "Transfer-Encoding": "chunked" });
  const refused = `POST /api/v2/whoami HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  const MANY = 10_000;
  const flood = refused + "1\r\nx\r\n".repeat(MANY);
  const statusOf = async (client: RawClient) => repliesIn(await client.closed).map(({ status }) => status);

  test("is parsed only up to the first chunk over the limit, even if all of it arrived in one read", async () => {
    const push = vi.spyOn(IncomingMessage.prototype, "push");
    expect(await statusOf(new RawClient(gateway.port).write(flood))).toEqual([400]);
    const pieces = push.mock.calls.filter(([piece]) => piece?.length === 1);
    expect(pieces.length).toBeGreaterThan(500);
    expect(pieces.length).toBeLessThan(1_100);
  });

  test("makes the gateway read open and new connections of the same source in slices, and only up to the limit", async () => {
    const open = new RawClient(gateway.port).write(PING);
    await expect.poll(() => repliesIn(open.received).length).toBe(1);
    expect(await statusOf(new RawClient(gateway.port).write(flood))).toEqual([400]);
    const read = vi.spyOn(Socket.prototype, "read");
    open.write(flood);
    expect(await statusOf(open)).toEqual([200, 400]);
    expect(await statusOf(new RawClient(gateway.port).write(flood))).toEqual([400]);
    const slices = read.mock.results.flatMap(({ value }) => (Buffer.isBuffer(value) ? [value.length] : []));
    expect(Math.max(...slices)).toBe(1_024);
    // Of each connection: the headers, fifty chunks of six bytes, and at most two slices more.
    expect(slices.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(2 * (refused.length + 300 + 2 * 1_024));
  });

  test.each([
    ["a mebibyte in chunks of 1 KiB", 1_048_576, 1_024],
    ["fifty chunks of one byte", 50, 1],
    ["64 KiB in chunks of 128 bytes", 65_536, 128],
  ])("does not stop other requests of the same source: %s", async (_, bytes, size) => {
    expect(await statusOf(new RawClient(gateway.port).write(flood))).toEqual([400]);
    expect(await codesOf(json(bytes), size)).toEqual(["200 accepted", "OK"]);
    const body = json(1_048_576);
    const whole = () => whoami(gateway, key, {}, body);
    expect((await Promise.all(Array.from({ length: 4 }, whole))).map(codeOf)).toEqual(Array(4).fill("200 accepted"));
  });

  test("limits later bodies of the same source to fifty small chunks", async () => {
    expect(await statusOf(new RawClient(gateway.port).write(flood))).toEqual([400]);
    expect(await codesOf(json(100), 1)).toEqual(["400 bad_request"]);
  });
});

describe("a body in too many chunks for its size", () => {
  test.each([
    ["1,100 of one byte", 1_100, 1],
    ["64 KiB in chunks of 16 bytes", 65_536, 16],
    ["half a mebibyte in chunks of one byte", 524_288, 1],
  ])("%s is refused, and the connection ends", async (_, bytes, size) => {
    expect(await codesOf(json(bytes), size)).toEqual(["400 bad_request"]);
  });

  test("of an unsigned request ends the connection, but the 403 arrives", async () => {
    for (const bytes of [1_100, 20_000, 200_000]) {
      const client = new RawClient(gateway.port).write(
        "POST /api/v2/whoami HTTP/1.1",
        "Host: a",
        "Transfer-Encoding: chunked",
        "",
        "",
      );
      client.write(chunked(json(bytes), 1));
      expect(repliesIn(await client.closed).map(({ status }) => status)).toEqual([403]);
    }
  });

  test("is not read any further once it is refused: the client can only fill the buffers on the way", async () => {
    const lines = Object.entries(signed(key)).map(([name, value]) => `${name}: ${value}`);
    const client = new RawClient(gateway.port).write(
      "POST /api/v2/whoami HTTP/1.1",
      "Host: a",
      ...lines,
      "Transfer-Encoding: chunked",
      "",
      "",
    );
    const piece = "1\r\nx\r\n".repeat(100_000);
    const sending = setInterval(() => client.socket.writableLength < 1_000_000 && client.socket.write(piece), 1);
    await client.closed;
    clearInterval(sending);
    expect(client.socket.bytesWritten - client.socket.writableLength).toBeLessThan(1024 ** 2 * 6 - 100_000);
  });
});
