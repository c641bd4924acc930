import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { ChunkLimit } from "@/lib/gateway/http/chunk-limit";
import { Exchange } from "@/lib/gateway/http/exchange";
import { trustedProxies } from "@/lib/http/client-address";
import { repliesIn } from "../../kit/gateway/gateway-requests";

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const HEAD = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
const many = (chunks: number) => "1\r\nx\r\n".repeat(chunks);

/** A server that answers all requests but those to /slow, and the sockets of its connections. */
async function limited() {
  const sockets: Socket[] = [];
  let now = 0;
  server = createServer();
  const chunks = new ChunkLimit(server, trustedProxies([]), () => now);
  server.on("connection", (socket) => sockets.push(socket));
  server.on("request", async (message, response) => {
    const exchange = new Exchange(message, response, false, () => false, chunks);
    chunks.began(message, exchange);
    if (message.url === "/slow") return;
    const body = await exchange.body();
    if (message.url === "/denied") exchange.write({ status: 403, headers: [], body: "" }, "bad_header_key", "id");
    else if (typeof body === "string") exchange.write({ status: 400, headers: [], body }, body, "id");
    else exchange.write({ status: 200, headers: [], body: String(body.length) }, "accepted", "id");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const client = () => connect(port, "127.0.0.1").on("error", () => undefined);
  return { sockets, client, pass: (ms: number) => (now += ms) };
}

/** Keeps what the client receives, and waits for the nth reply. */
function replying(client: Socket) {
  let received = "";
  client.on("data", (piece: Buffer) => (received += piece));
  return async (count: number) => {
    await expect.poll(() => repliesIn(received).length, { interval: 1 }).toBe(count);
    return repliesIn(received).at(-1);
  };
}

test("a body in too many chunks is not read on while its answer is still being decided", async () => {
  const { sockets, client } = await limited();
  const flood = client();
  const sent = new Promise((done) => flood.write(HEAD.replace("/", "/slow") + many(200_000), done));
  const other = client();
  const reply = replying(other);
  // Every turn of the loop reads from both connections.
  for (let turn = 1; turn <= 100; turn++) {
    other.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(await reply(turn)).toMatchObject({ status: 200 });
  }
  await sent;
  expect(sockets[0]?.bytesRead).toBeLessThanOrEqual(128 * 1024);
});

test("any answer to a body in too many chunks says that the connection closes", async () => {
  const { client } = await limited();
  const [reply] = repliesIn(await text(client().end(HEAD.replace("/", "/denied") + many(20_000))));
  expect(reply).toMatchObject({ status: 403, head: expect.stringMatching(/^connection: close$/im) });
});

test("the refusal reaches a client that reads it only when it has sent more", async () => {
  const { sockets, client } = await limited();
  const flood = client().pause();
  flood.write(HEAD + many(20_000));
  const sending = setInterval(() => flood.write(many(20_000)), 1);
  await expect.poll(() => sockets[0]?.writableFinished, { interval: 1 }).toBe(true);
  const written = flood.bytesWritten;
  await expect.poll(() => flood.bytesWritten, { interval: 1 }).toBeGreaterThan(written);
  clearInterval(sending);
  expect(repliesIn(await text(flood)).map(({ status }) => status)).toEqual([400]);
});

test("an open connection of a limited source is cut for ten seconds, and not afterwards", async () => {
  const { sockets, client, pass } = await limited();
  const open = client();
  const reply = replying(open);
  const largest = async (count: number) => {
    const slices: number[] = [];
    const note = (slice: Buffer) => slices.push(slice.length);
    sockets[0]?.on("data", note);
    // Chunks of a kibibyte are within any limit.
    open.write(`${HEAD}${`400\r\n${"x".repeat(1_024)}\r\n`.repeat(60)}0\r\n\r\n`);
    expect(await reply(count)).toMatchObject({ status: 200 });
    sockets[0]?.off("data", note);
    return Math.max(...slices);
  };
  open.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await reply(1);
  expect(repliesIn(await text(client().end(HEAD + many(5_000)))).map(({ status }) => status)).toEqual([400]);
  expect(await largest(2)).toBe(1_024);
  pass(9_999);
  expect(await largest(3)).toBe(1_024);
  pass(1);
  expect(await largest(4)).toBeGreaterThan(2_048);
});

test("bodies that each have as many small chunks as are allowed, one after the other, are served in slices", async () => {
  const { sockets, client } = await limited();
  const open = client();
  const reply = replying(open);
  const body = `${HEAD}${many(990)}0\r\n\r\n`;
  open.write(body.repeat(20));
  expect(await reply(20)).toMatchObject({ status: 200, body: "990" });
  const slices: number[] = [];
  sockets[0]?.on("data", (slice: Buffer) => slices.push(slice.length));
  open.write(body.repeat(20));
  expect(await reply(40)).toMatchObject({ status: 200, body: "990" });
  expect(Math.max(...slices)).toBe(1_024);
});

test("a source whose bodies have a few small chunks is read as it sends", async () => {
  const { sockets, client } = await limited();
  const open = client();
  const reply = replying(open);
  const slices: number[] = [];
  open.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await reply(1);
  sockets[0]?.on("data", (slice: Buffer) => slices.push(slice.length));
  open.write(`${HEAD}${many(90)}0\r\n\r\n`.repeat(100));
  expect(await reply(101)).toMatchObject({ status: 200, body: "90" });
  expect(Math.max(...slices)).toBeGreaterThan(1_024);
});
