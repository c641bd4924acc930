import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { drainAcceptQueue } from "@/lib/http/drain-accept-queue";
import { gatewayHere } from "../../kit/gateway/gateway";
import { RawClient, repliesIn, sendOnce } from "../../kit/gateway/gateway-requests";

/** Stops this thread, as a machine does that gives its processor to others. */
const starve = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test("connections that wait to be accepted are accepted before the port closes, though each turn takes a quarter of a second", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  let accepted = 0;
  server.on("connection", () => {
    accepted++;
    starve(250);
  });
  const { port } = server.address() as AddressInfo;
  const clients = Array.from({ length: 20 }, () => connect(port, "127.0.0.1"));
  onTestFinished(() => {
    for (const client of clients) client.destroy();
    server.close();
  });
  // The system connects them in this turn, and the server accepts one in each turn that follows.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  await drainAcceptQueue(server);
  expect(accepted).toBe(20);
});

test("a stopping gateway reads what has arrived before it closes a connection as idle, though it had no processor time", async () => {
  const gateway = await gatewayHere();
  const clients = Array.from({ length: 20 }, () => new RawClient(gateway.port));
  const ping = ["GET /api/v2/ping HTTP/1.1", "Host: a", "", ""];
  for (const client of clients) client.write(...ping);
  await expect.poll(() => clients.every(({ received }) => received.endsWith("OK"))).toBe(true);
  const stopped = gateway.stop();
  const refused = () => sendOnce(`${gateway.origin}/api/v2/ping`).then(String, ({ code }) => code);
  await expect.poll(refused, { interval: 5 }).toBe("ECONNREFUSED");
  for (const client of clients) client.write(...ping);
  starve(1_200);
  const texts = await Promise.all(clients.map((client) => client.closed));
  expect(texts.map((text) => repliesIn(text).map(({ status }) => status))).toEqual(Array(20).fill([200, 200]));
  await stopped;
});
