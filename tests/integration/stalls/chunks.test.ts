import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { gatewayHere } from "../../kit/gateway/gateway";
import { insertKey } from "../../kit/gateway/gateway-keys";
import { codeOf, RawClient, repliesIn, signed } from "../../kit/gateway/gateway-requests";
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
 * The replies to a request and to a ping after it, until both are there or the connection ends.
 */
async function replies(headers: Record<string, string>, body: string, size: number) {
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

const codesOf = async (body: string, size: number) => {
  let all: Awaited<ReturnType<typeof replies>> = [];
  const ask = async () => {
    all = await replies(signed(key, body), body, size);
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

describe("a body in too many chunks for its size", () => {
  test.each([
    ["1,100 of one byte", 1_100, 1],
    ["64 KiB in chunks of 16 bytes", 65_536, 16],
    ["half a mebibyte in chunks of one byte", 524_288, 1],
  ])("%s is refused, and the connection ends", async (_, bytes, size) => {
    expect(await codesOf(json(bytes), size)).toEqual(["400 bad_request"]);
  });

  test("that is not needed ends the connection, though its response arrives", async () => {
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

  test("is not read on once it is refused: what the client goes on to send fills the way there, and no more", async () => {
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
