import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, Server as NetServer } from "node:net";
import type { Logger } from "pino";
import type { KeyRing } from "../crypto/key-ring";
import { systemClock } from "./clock";
import { openDatabase } from "./database";
import { toEntry } from "./entry";
import { Leases } from "./leases";
import { startPolling } from "./poller";
import { type Answered, createGatewayServer } from "./server";
import { trustedProxies } from "./source-address";
import { Usage } from "./usage";
import { openUsageDatabase } from "./usage-database";
import { startFlushing } from "./usage-flusher";

export type Settings = {
  databaseUrl: string;
  privateKeys: KeyRing;
  trustedProxies: readonly string[];
  host: string;
  port: number;
  log: Logger;
};

export type Gateway = { port: number; ready(): boolean; stop(): Promise<void> };

/** How long requests under way may take to end, once the gateway is told to stop: as long as a request may take. */
const DRAIN_MS = 10_000;
const IDLE_MS = 1_000;

/** Starts a gateway. It listens at once, and refuses with 503 until the first poll is answered. */
export async function startGateway({ databaseUrl, privateKeys, trustedProxies: proxies, host, port, log }: Settings): Promise<Gateway> {
  const failed = (error: unknown) => log.warn({ err: error }, "the database did not answer");
  const trusted = trustedProxies(proxies);
  const database = openDatabase(databaseUrl, failed);
  const leases = new Leases(async (key) => toEntry(await database.readKey(key), privateKeys), systemClock);
  const records = openUsageDatabase(databaseUrl, privateKeys, failed);
  const usage = new Usage(records.earlierSecrets);
  const answered: Answered = (outcome, source) => outcome && usage.record(outcome, source);
  const server = createGatewayServer({ ladder: { leases, failed }, trusted, log, answered });
  await once(server.listen(port, host), "listening");
  const polling = startPolling(leases, database.connectPoll, failed);
  const flushing = startFlushing(usage, records.write, failed);
  return {
    port: (server.address() as AddressInfo).port,
    ready: () => leases.good(),
    async stop() {
      await drained(server);
      await Promise.all([polling.stop(), flushing.stop()]);
      await Promise.all([database.close(), records.close()]);
    },
  };
}

/**
 * No new connections; every answer from here on says `Connection: close`. Idle connections stay a moment, since a request may be on its way on
 * one: http's own close() would cut it off.
 */
async function drained(server: Server): Promise<void> {
  const closed = once(server, "close");
  NetServer.prototype.close.call(server);
  const timers = [setTimeout(() => server.closeIdleConnections(), IDLE_MS), setTimeout(() => server.closeAllConnections(), DRAIN_MS)];
  await closed;
  timers.forEach(clearTimeout);
}
