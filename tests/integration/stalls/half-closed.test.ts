import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey, type StoredKey } from "../../kit/gateway/gateway-keys";
import { BODY, codeOf, RawClient, repliesIn, signed } from "../../kit/gateway/gateway-requests";
import { retryUnavailable } from "../../kit/gateway/lease-retries";
import { startUpstream, type TestUpstream } from "../../kit/gateway/upstream";

let upstream: TestUpstream;
let gateway: TestGateway;
let key: StoredKey;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await gatewayHere({ upstream: { url: upstream.url, connectMs: 60_000, answerMs: 60_000 } });
  key = await insertKey();
});
afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const request = (path: string) => {
  const headers = Object.entries(signed(key)).map(([name, value]) => `${name}: ${value}`);
  return [`POST ${path} HTTP/1.1`, "Host: a", ...headers, `Content-Length: ${BODY.length}`, "", BODY].join("\r\n");
};

/**
 * Sends everything, closes its sending side, and waits for the other side to end, as nc -N and
 * many scripts do.
 */
async function halfClosed(text: string) {
  const client = new RawClient(gateway.port);
  client.socket.end(text, "latin1");
  return repliesIn(await client.closed).map((reply) => ({ ...reply, headers: {} }));
}

const firstOf = (text: string) =>
  retryUnavailable(async () => (await halfClosed(text))[0] ?? { status: 0, headers: {}, body: "{}" });

describe("a client that closes its sending side after its request gets its response", () => {
  test("from the gateway", async () => {
    expect(codeOf(await firstOf(request("/api/v2/whoami")))).toBe("200 accepted");
    expect((await halfClosed("GET /api/v2/ping HTTP/1.1\r\nHost: a\r\n\r\n")).map(({ body }) => body)).toEqual(["OK"]);
  });

  test("from a slow API", async () => {
    upstream.at("/api/v2/slow", (response) => void setTimeout(() => response.end('{"done":true}'), 300));
    expect(await firstOf(request("/api/v2/slow"))).toMatchObject({ status: 200, body: '{"done":true}' });
  });

  test("from an API, piece by piece", async () => {
    upstream.at("/api/v2/pieces", async (response) => {
      for (const piece of ["a", "b", "c"]) {
        response.write(piece);
        await sleep(20);
      }
      response.end();
    });
    const text = async () => {
      const client = new RawClient(gateway.port);
      client.socket.end(request("/api/v2/pieces"), "latin1");
      return await client.closed;
    };
    let received = await text();
    while (received.startsWith("HTTP/1.1 503")) received = await text();
    expect(received.slice(received.indexOf("\r\n\r\n") + 4)).toBe("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n");
  });

  test("each of its pipelined requests, in order", async () => {
    upstream.at("/api/v2/first", (response) => void setTimeout(() => response.end("first"), 100));
    const bodies = (await halfClosed(`${request("/api/v2/first")}GET /api/v2/ping HTTP/1.1\r\nHost: a\r\n\r\n`)).map(
      ({ body }) => body,
    );
    expect(bodies.at(-1)).toBe("OK");
    expect(bodies).toHaveLength(2);
  });
});

test("a half-closed connection that waits for nothing is closed, whatever its client does", async () => {
  for (const text of ["", "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"]) {
    const client = connect({ port: gateway.port, host: "127.0.0.1", allowHalfOpen: true });
    client.end(text);
    await once(client.resume(), "end");
    await once(client, "close");
  }
});
