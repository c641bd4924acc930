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
import { startRecording } from "./recording";
import { createGatewayServer } from "./server";
import { trustedProxies } from "./source-address";

export type Settings = {
  databaseUrl: string;
  /** Where Prometheus may read; null for nowhere, 0 for any free port. */
  metricsPort?: number | null;
  privateKeys: KeyRing;
  trustedProxies: readonly string[];
  host: string;
  port: number;
  log: Logger;
};

export type Gateway = { port: number; metricsPort: number | null; ready(): boolean; stop(): Promise<void> };

/** How long requests under way may take to end, once the gateway is told to stop: as long as a request may take. */
const DRAIN_MS = 10_000;
const IDLE_MS = 1_000;

/** Starts a gateway. It listens at once, and refuses with 503 until the first poll is answered. */
export async function startGateway(settings: Settings): Promise<Gateway> {
  const { databaseUrl, privateKeys, trustedProxies: proxies, host, port, metricsPort = null, log } = settings;
  const failed = (error: unknown) => log.warn({ err: error }, "the database did not answer");
  const trusted = trustedProxies(proxies);
  const database = openDatabase(databaseUrl, failed);
  const leases = new Leases(async (key) => toEntry(await database.readKey(key), privateKeys), systemClock);
  const recording = await startRecording({ databaseUrl, privateKeys, leases, host, metricsPort, failed });
  const server = createGatewayServer({ ladder: { leases, failed }, trusted, log, answered: recording.answered });
  await once(server.listen(port, host), "listening");
  const polling = startPolling(leases, database.connectPoll, (error) => {
    recording.pollFailed();
    failed(error);
  });
  return {
    port: (server.address() as AddressInfo).port,
    metricsPort: recording.metricsPort,
    ready: () => leases.good(),
    async stop() {
      await drained(server);
      await Promise.all([polling.stop(), recording.stop()]);
      await database.close();
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
