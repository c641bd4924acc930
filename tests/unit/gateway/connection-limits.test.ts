import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "@/lib/gateway/log";
import { trustedProxies } from "@/lib/http/client-address";
import { type Full, limitConnections } from "@/lib/http/connection-limits";

type Wishes = { most?: number; mostPerSource?: number; trusted?: string[]; now?: () => number };

/** A server with limits. Clients may connect from any address of 127.0.0.0/8. */
async function limited({ most = 100, mostPerSource = 100, trusted = [], now = () => 0 }: Wishes) {
  const lines: string[] = [];
  const refused: Full[] = [];
  const server: Server = createServer();
  const log = createLog("info", { write: (line) => void lines.push(line) });
  limitConnections(server, {
    most,
    mostPerSource,
    trusted: trustedProxies(trusted),
    log,
    refused: (full) => refused.push(full),
    now,
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const clients: Socket[] = [];
  onTestFinished(() => {
    for (const client of clients) client.destroy();
    server.close();
  });
  /** Resolves, once the server has seen the connection, to whether it was left open. */
  const open = async (from = "127.0.0.1") => {
    const seen = once(server, "connection") as Promise<[Socket]>;
    const client = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", localAddress: from });
    clients.push(client.on("error", () => undefined));
    const [socket] = await seen;
    return { stays: !socket.destroyed, end: () => Promise.all([once(socket.resume(), "close"), client.destroy()]) };
  };
  return { open, refused, logged: () => lines.map((line) => JSON.parse(line)) };
}

const stays = async (opening: Promise<{ stays: boolean }>) => (await opening).stays;

test("no source has more connections than its limit, whatever others have, and a closed one makes room", async () => {
  const { open, refused } = await limited({ mostPerSource: 2 });
  const first = await open();
  expect(await stays(open())).toBe(true);
  expect(await stays(open())).toBe(false);
  expect(await stays(open("127.0.0.2"))).toBe(true);
  await first.end();
  expect(await stays(open())).toBe(true);
  expect(await stays(open())).toBe(false);
  expect(refused).toEqual(["source", "source"]);
});

test("all sources together have no more than the total limit", async () => {
  const { open, refused } = await limited({ most: 2, mostPerSource: 1 });
  expect(await stays(open("127.0.0.1"))).toBe(true);
  expect(await stays(open("127.0.0.2"))).toBe(true);
  expect(await stays(open("127.0.0.3"))).toBe(false);
  expect(refused).toEqual(["all"]);
});

test("a trusted proxy, which forwards for many, is only held to the total limit", async () => {
  const { open, refused } = await limited({ most: 3, mostPerSource: 1, trusted: ["127.0.0.9"] });
  for (let n = 0; n < 3; n++) expect(await stays(open("127.0.0.9"))).toBe(true);
  expect(await stays(open("127.0.0.9"))).toBe(false);
  expect(refused).toEqual(["all"]);
});

test("a refused connection uses no slot: as many fit after a hundred of them as before", async () => {
  const { open } = await limited({ most: 2 });
  const first = await open();
  await open();
  for (let n = 0; n < 100; n++) expect(await stays(open())).toBe(false);
  await first.end();
  expect(await stays(open())).toBe(true);
});

test("the log says at once that the limit is reached and then once a minute, with how many were refused by which limit", async () => {
  let now = 0;
  const { open, logged } = await limited({ most: 2, mostPerSource: 1, now: () => now });
  await open();
  await open();
  await open();
  expect(logged()).toMatchObject([
    { msg: "full", limit: "source", source: "127.0.0.1", open: 1, refused: { source: 1, all: 0 } },
  ]);
  await open("127.0.0.2");
  now = 59_999;
  await open("127.0.0.3");
  expect(logged()).toHaveLength(1);
  now = 60_000;
  await open("127.0.0.3");
  expect(logged().slice(1)).toMatchObject([
    { msg: "full", limit: "all", source: "127.0.0.3", open: 2, refused: { source: 1, all: 2 } },
  ]);
});
