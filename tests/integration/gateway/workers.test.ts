import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { type GatewayProcess, gatewayProcess } from "../../kit/gateway/gateway";
import { insertKey, type StoredKey, setStatus } from "../../kit/gateway/gateway-keys";
import { onBun } from "../../kit/gateway/gateway-program";
import { codeOf, RawClient, send, whoami } from "../../kit/gateway/gateway-requests";
import { closedPorts, closesConnection, hasClosedPort, retryWithoutLease } from "../../kit/gateway/lease-retries";

const ACCEPTED = "200 accepted";
const REFUSED = "403 bad_header_key";

const LONG = { interval: 20, timeout: 60_000 };

let gateway: GatewayProcess;
let key: StoredKey;

beforeAll(async () => {
  gateway = await gatewayProcess({ workers: 2, maxConnections: 6, ready: false });
});
beforeEach(async () => {
  key = await insertKey();
});
afterAll(() => gateway.stop());

const log = () => gateway.lines().map((line) => JSON.parse(line) as { pid: number; msg: string; outcome?: string });
const workers = () => [...new Set(log().flatMap(({ msg, pid }) => (msg === "listening" ? [pid] : [])))];
const workersWith = (outcome: string) => new Set(log().flatMap((line) => (line.outcome === outcome ? [line.pid] : [])));
const MAX_ASKED = 100;
/**
 * Sends requests on separate connections, which go to the workers in turn, until at least `least`
 * were sent and both workers have logged this outcome.
 */
async function asked(outcome: string, least = 8): Promise<Set<string>> {
  const codes = new Set<string>();
  for (let count = 0; count < least || (workersWith(outcome).size < 2 && count < MAX_ASKED); count++) {
    codes.add(codeOf(await whoami(gateway, key)));
    if (count >= least) await sleep(100);
  }
  return codes;
}
const bothListen = () => expect.poll(() => workers().length, LONG).toBeGreaterThanOrEqual(2);

/** Opens connections one after the other until one is refused. @returns them all */
async function filled(): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  // Of many at once the faster worker gets more and refuses them while the other still has room.
  for (let refused = false; !refused; ) {
    const client = new RawClient(gateway.port).write("GET /healthz HTTP/1.1", "Host: a", "", "");
    clients.push(client);
    await expect.poll(() => client.received.endsWith("OK") || client.over, LONG).toBe(true);
    refused = client.received === "";
  }
  return clients;
}

test("the limit of connections is shared by all workers", async () => {
  // This test is the first: a connection that is not fully closed yet would count.
  await bothListen();
  // A worker without a lease takes no connections, and the others have room for their own share.
  const clients = await retryWithoutLease(
    async () => {
      await expect.poll(() => hasClosedPort(gateway), LONG).toBe(false);
      const before = closedPorts(gateway);
      const opened = await filled();
      const hadLease = closedPorts(gateway) === before && !opened.some(({ received }) => closesConnection(received));
      if (!hadLease) for (const client of opened) client.end();
      return hadLease ? opened : [];
    },
    (opened) => opened.length === 0,
  );
  expect(clients.length).toBeLessThanOrEqual(7);
  // On Bun the operating system distributes connections, and one worker may be full before the
  // other.
  expect(clients.length).toBeGreaterThanOrEqual(onBun ? 4 : 7);
  for (const client of clients) client.end();
  const healthy = () =>
    send(`${gateway.origin}/healthz`, { method: "GET" }).then(
      ({ status }) => status === 200,
      () => false,
    );
  await expect
    .poll(async () => (await healthy()) && (await healthy()) && (await healthy()) && (await healthy()), LONG)
    .toBe(true);
});

test("both workers accept a key, and neither accepts it after the dashboard's wait", async () => {
  await bothListen();
  expect(await asked("accepted")).toEqual(new Set([ACCEPTED]));
  expect(workersWith("accepted").size).toBe(2);
  await setStatus(key, "inactive");
  await sleep(PROPAGATION_WAIT_MS);
  expect(await asked("bad_header_key")).toEqual(new Set([REFUSED]));
  expect(workersWith("bad_header_key").size).toBe(2);
});

test("a worker that is killed is replaced, and the other keeps serving", async () => {
  await bothListen();
  const before = workers().length;
  process.kill(workers()[0] as number, "SIGKILL");
  await expect.poll(() => log().some(({ msg }) => msg === "a worker ended"), LONG).toBe(true);
  for (let count = 0; count < 4; count++) expect(codeOf(await whoami(gateway, key))).toBe(ACCEPTED);
  await expect.poll(() => workers().length, LONG).toBe(before + 1);
});

test("a gateway that is told to stop ends all its workers and itself", async () => {
  await bothListen();
  const pids = workers();
  gateway.signal("SIGTERM");
  expect(await gateway.exited).toBe(0);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});
