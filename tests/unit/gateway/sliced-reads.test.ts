import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { announceBody, readInSlices, SLICE_BYTES } from "@/lib/gateway/http/sliced-reads";
import { repliesIn } from "../../kit/gateway/gateway-requests";

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Requests to a server that reads all its connections in slices, and what each slice held. */
async function sliced({ owed = 0, isLimited = (): boolean => true } = {}) {
  const slices: number[] = [];
  server = createServer(async (request, response) => {
    if (owed) announceBody(request.socket, owed);
    response.end(String((await text(request)).length));
  });
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on("connection", (socket) => {
    readInSlices(socket, isLimited);
    socket.on("data", (slice: Buffer) => slices.push(slice.length));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { slices, connect: () => connect(port, "127.0.0.1") };
}

const HEAD = "POST / HTTP/1.1\r\nHost: a\r\n";
const chunks = (count: number) => `${HEAD}Transfer-Encoding: chunked\r\n\r\n${"1\r\nx\r\n".repeat(count)}0\r\n\r\n`;
const bodiesIn = (replies: string) => repliesIn(replies).map(({ body }) => Number(body));

test("connections are read in slices of 1 KiB, one in a turn of the loop for all of them", async () => {
  const { slices, connect } = await sliced();
  let [turns, over] = [0, false];
  const count = () => {
    turns++;
    if (!over) setImmediate(count);
  };
  count();
  const replies = await Promise.all(Array.from({ length: 4 }, () => text(connect().end(chunks(10_000)))));
  over = true;
  expect(replies.flatMap(bodiesIn)).toEqual([10_000, 10_000, 10_000, 10_000]);
  expect(Math.max(...slices)).toBe(SLICE_BYTES);
  expect(turns).toBeGreaterThanOrEqual(slices.length - 4);
});

test("a body of an announced length is not cut, and what follows it is", async () => {
  const { slices, connect } = await sliced({ owed: 100_000 });
  const body = "x".repeat(100_000);
  const replies = await text(connect().end(`${HEAD}Content-Length: 100000\r\n\r\n${body}`));
  expect(bodiesIn(replies)).toEqual([100_000]);
  expect(slices.length).toBeLessThan(20);
});

test("requests sent at once are all answered, in order, though a slice ends anywhere in them", async () => {
  const { connect } = await sliced();
  const sizes = Array.from({ length: 300 }, (_, n) => n * 7);
  const all = sizes.map((size) => `${HEAD}Content-Length: ${size}\r\n\r\n${"x".repeat(size)}`).join("");
  expect(bodiesIn(await text(connect().end(all)))).toEqual(sizes);
});

test("a connection whose client reads no answer is read no further, and goes on when the client does", async () => {
  const { slices, connect } = await sliced();
  const client = connect().pause();
  const ping = `GET /${"x".repeat(500)} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const count = 60_000;
  const sent = ping.length * count;
  client.write(ping.repeat(count));
  const read = () => slices.reduce((sum, bytes) => sum + bytes, 0);
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = read() === before && read() > 0;
        before = read();
        return isStill;
      },
      { interval: 500, timeout: 30_000 },
    )
    .toBe(true);
  expect(read()).toBeLessThan(sent);
  client.end();
  expect(bodiesIn(await text(client)).length).toBe(count);
});

test("a client that ends in the middle of a request is noticed at once", async () => {
  const { connect } = await sliced();
  expect(
    repliesIn(await text(connect().end(`GET / HTTP/1.1\r\nA: ${"x".repeat(1_500)}`))).map(({ status }) => status),
  ).toEqual([400]);
});

test("a paused connection gets one listener, however often it is to be read in slices", async () => {
  server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [socket] = (await once(server, "connection")) as [Socket];
  socket.pause();
  const before = socket.listenerCount("resume");
  for (let time = 0; time < 20; time++) readInSlices(socket);
  expect(socket.listenerCount("resume")).toBe(before + 1);
});

test("a connection is read in slices only while it is limited", async () => {
  let isLimited = true;
  const { slices, connect } = await sliced({ isLimited: () => isLimited });
  const client = connect();
  let received = "";
  client.on("data", (piece: Buffer) => {
    received += piece;
  });
  const largest = async (requests: number) => {
    slices.length = 0;
    client.write(chunks(10_000));
    await expect.poll(() => repliesIn(received).length).toBe(requests);
    return Math.max(...slices);
  };
  expect(await largest(1)).toBe(SLICE_BYTES);
  isLimited = false;
  expect(await largest(2)).toBeGreaterThan(2 * SLICE_BYTES);
  isLimited = true;
  expect(await largest(3)).toBe(SLICE_BYTES);
  expect(bodiesIn(received)).toEqual([10_000, 10_000, 10_000]);
  client.destroy();
});
