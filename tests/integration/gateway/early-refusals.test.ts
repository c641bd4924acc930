import { connect, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";

/*
 * A request is refused before its body is read. Clients such as Python's urllib ask for the
 * connection to be closed, and read nothing before they have sent their body. They must get the
 * answer: a client that survives a rotation decides by it whether to send again.
 */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayHere();
});
afterAll(() => gateway.stop());

const BODY = Buffer.alloc(1_000_000, "x");
const REFUSED = /^HTTP\/1\.1 403 [\s\S]*"code":"bad_header_key"}$/;

type Client = { socket: Socket; received: () => string; ended: () => boolean; failed: () => string };

function sending(headers: string[], length = BODY.length, to = gateway, end = "\r\n"): Client {
  const socket = connect({ port: Number(new URL(to.origin).port), host: "127.0.0.1", allowHalfOpen: true });
  const state = { received: "", ended: false, failed: "" };
  socket.on("error", ({ message }) => (state.failed = message));
  socket.on("data", (chunk: Buffer) => (state.received += chunk));
  socket.on("end", () => (state.ended = true));
  const key = `X-Processing-Key: ${"A".repeat(32)}`;
  const lines = ["POST /api/v2/whoami HTTP/1.1", "Host: a", key, `X-Processing-Signature: ${"0".repeat(128)}`];
  const type = "Content-Type: application/json";
  socket.write([...lines, type, `Content-Length: ${length}`, ...headers, ""].join("\r\n") + end);
  const { received, ended, failed } = {
    received: () => state.received,
    ended: () => state.ended,
    failed: () => state.failed,
  };
  return { socket, received, ended, failed };
}

/**
 * Sends the body as programs do that read nothing meanwhile: piece by piece, each when the one
 * before is gone.
 */
async function sendBody({ socket, failed }: Client): Promise<void> {
  for (let at = 0; at < BODY.length && failed() === ""; at += 10_000) {
    await new Promise((sent) => socket.write(BODY.subarray(at, at + 10_000), sent));
    await turn();
  }
}

const refused = (client: Client) => expect.poll(client.received).toMatch(REFUSED);
const isOver = ({ socket, ended }: Client) => socket.destroyed || ended();
const OVER = { timeout: 30_000 };

test("a client that asks to close and sends its body after it was refused gets the answer, and a clean end", async () => {
  const client = sending(["Connection: close"]);
  await refused(client);
  await sendBody(client);
  await expect.poll(client.ended).toBe(true);
  client.socket.end();
  expect([client.failed(), client.received()]).toEqual(["", expect.stringMatching(REFUSED)]);
});

test("a client that never sends its body is cut off when the time for a request is over", async () => {
  const client = sending(["Connection: close"]);
  await refused(client);
  await expect.poll(() => isOver(client), OVER).toBe(true);
});

test("a body in too many small pieces ends the connection", async () => {
  const client = sending(["Connection: close"]);
  client.socket.setNoDelay(true);
  await refused(client);
  const trickle = setInterval(() => client.socket.writable && client.socket.write("x"), 1);
  await expect.poll(() => isOver(client), OVER).toBe(true);
  clearInterval(trickle);
});

test("a gateway that stops answers a request that it refuses before its body has arrived", async () => {
  const stopping = await gatewayHere();
  const client = sending([], BODY.length, stopping);
  await refused(client);
  const late = sending([], BODY.length, stopping, "");
  const stopped = stopping.stop();
  late.socket.write("\r\n");
  await refused(late);
  for (const each of [client, late]) await sendBody(each);
  await expect.poll(late.ended, OVER).toBe(true);
  for (const { socket } of [client, late]) socket.end();
  expect([late.failed(), late.received()]).toEqual(["", expect.stringMatching(REFUSED)]);
  await stopped;
});
