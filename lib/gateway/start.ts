import { once } from "node:events";
import type { Server } from "node:http";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import type { Logger } from "pino";
import { trustedProxies } from "../http/client-address";
import type { KeyRing } from "../platform/crypto/key-ring";
import { NotOpened } from "../platform/crypto/open";
import { LEASE_MS } from "../platform/lease";
import { LookupLimit } from "./auth/lookup-limit";
import { Standby } from "./auth/standby";
import { toCachedKey } from "./cache/cached-key";
import { systemClock } from "./cache/clock";
import { KeyCache } from "./cache/key-cache";
import { keyRereader } from "./cache/key-rereader";
import { LeaseRefused } from "./cache/lease-refused";
import { OpenedSecrets } from "./cache/opened-secrets";
import { startRenewing } from "./cache/renewer";
import { openDatabase } from "./database";
import { createGatewayServer } from "./http/server";
import { type Listener, listen } from "./listener";
import { openUpstream, type Upstream, type UpstreamSettings } from "./proxy/upstream";
import { newRun } from "./run";
import { type Holding, holdRing } from "./sealing/hold";
import { RingRefused } from "./sealing/prove-ring";
import { oncePerError } from "./telemetry/once-per-error";
import { type Recording, startRecording } from "./telemetry/recorder";

export type Settings = {
  /** The name that people know this gateway by. */
  name: string;
  databaseUrl: string;
  /** The port of the metrics; null for none, 0 for any free port. */
  metricsPort: number | null;
  privateKeys: KeyRing;
  trustedProxies: readonly string[];
  host: string;
  port: number;
  /** The port on which proxies ask about a request (forward auth); null for none. */
  authorizePort: number | null;
  /** The most connections at a time, for each of the two ports. */
  maxConnections: number;
  /**
   * The most connections of one source: an address, or an IPv6 network of 64 bits. Trusted
   * proxies are exempt.
   */
  maxConnectionsPerSource: number;
  /**
   * The time after which a silent connection is closed. Without it, a client that stops reading
   * its answer would hold its connection, and the upstream's, for ever.
   */
  stillMs: number;
  /** How long the gateway still serves, while not ready, after it is told to stop. */
  lingerMs: number;
  /** The API behind the gateway; null if the gateway only answers for itself. */
  upstream: UpstreamSettings | null;
  log: Logger;
};

export type Gateway = {
  port: number;
  authorizePort: number | null;
  metricsPort: number | null;
  ready(): boolean;
  /**
   * Resolves when the database is first reached after the start and the private keys turn out to
   * be the wrong ones: the gateway must end.
   */
  refused: Promise<RingRefused>;
  stop(): Promise<void>;
};

/** How long running requests may take once the gateway is told to stop: as long as any may. */
const DRAIN_MS = 10_000;
const IDLE_MS = 1_000;

/**
 * Starts a gateway. Its port stays open only while the gateway has a lease and its private keys
 * are proven to open what the database holds: see `listen` and `proveRing`. The start waits up to
 * a second for both and then binds the port, so that a port already in use is reported at once.
 * @throws RingRefused
 */
export async function startGateway(settings: Settings): Promise<Gateway> {
  const { databaseUrl, privateKeys, trustedProxies: proxies, host, port, authorizePort, metricsPort, log } = settings;
  const failed = oncePerError((error) => {
    if (error instanceof LeaseRefused) log.warn(error.message);
    else if (error instanceof NotOpened || error instanceof RingRefused) log.error(error.message);
    else log.warn({ err: error }, "the database did not answer");
  });
  const trusted = trustedProxies(proxies);
  const holding = holdRing({ databaseUrl, ring: privateKeys, failed });
  const database = openDatabase(databaseUrl, newRun(settings.name, privateKeys), failed, holding.entered);
  const secrets = new OpenedSecrets(privateKeys);
  const readEntry = async (key: string, later: boolean) => {
    await holding.proven;
    const row = await database.readKey(key, later);
    if (row) recording.keyRead(row);
    return toCachedKey(row, secrets, failed);
  };
  const forgot = keyRereader((key: string) => keyCache.load(key, true));
  const keyCache: KeyCache = new KeyCache(readEntry, systemClock, { forgot });
  const { activeKeys } = database;
  const standby = new Standby({ keyCache, takeOver: database.takeOver });
  const ladder = { keyCache, lookups: new LookupLimit(() => performance.now()), activeKeys, standby, failed };
  let leaving = false;
  const ready = () => keyCache.isFresh() && holding.isProven() && !leaving;
  const upstream = settings.upstream && openUpstream(settings.upstream);
  if (!upstream) log.info("UPSTREAM_URL is not set: signed requests to other paths than /api/v2/whoami get 404");
  const recording: Recording = await startRecording({
    databaseUrl,
    privateKeys,
    keyCache,
    activeKeys,
    secrets,
    host,
    metricsPort,
    ready,
    failed,
  });
  const { answered, connectionRefused } = recording;
  const { maxConnections, maxConnectionsPerSource, stillMs } = settings;
  const limits = { maxConnections, maxConnectionsPerSource, connectionRefused };
  const parts = { ladder, leaving: () => leaving, upstream, trusted, ...limits, stillMs, log, answered };
  const server = createGatewayServer({ ...parts, asked: false });
  const asked = authorizePort === null ? null : createGatewayServer({ ...parts, asked: true });
  const renewing = startRenewing(keyCache, database.connect, (error) => {
    recording.pollFailed();
    failed(error);
  });
  const endParts = () => Promise.all([upstream?.close(), renewing.stop(), holding.stop(), recording.stop()]);
  await firstLease(keyCache, holding).catch(async (error: unknown) => {
    await endParts();
    throw error;
  });
  const doorAt = (port: number) => ({
    ...{ host, port, hasLease: () => keyCache.isFresh() && holding.isProven() },
    tell: {
      shut: (port: number) => log.warn({ port }, "no lease: the port is closed until there is one"),
      opened: (port: number) => log.info({ port }, "a lease: the port is open again"),
      failed: (error: unknown) => log.error({ err: error }, "the port does not open"),
    },
  });
  const door = await listen(server, doorAt(port));
  const askedDoor = asked && (await listen(asked, doorAt(authorizePort ?? 0)));
  return {
    port: door.port,
    authorizePort: askedDoor?.port ?? null,
    metricsPort: recording.metricsPort,
    ready,
    refused: holding.proven.then(never, async (error: RingRefused) => {
      // A row left behind would keep a new version of the sealing key from being used.
      await endParts();
      return error;
    }),
    async stop() {
      leaving = true;
      await sleep(settings.lingerMs);
      await Promise.all([drained(server, door, upstream), asked && askedDoor && drained(asked, askedDoor, null)]);
      await endParts();
    },
  };
}

const never = () => new Promise<never>(() => undefined);

/**
 * Waits for the first lease and the proof of the keys, one lease at most. A load balancer that
 * only checks whether the port is open sends requests as soon as it is.
 */
async function firstLease(keyCache: KeyCache, { isProven, proven }: Holding): Promise<void> {
  const refused = proven.then(never);
  const waited = async () => {
    for (
      const deadline = performance.now() + LEASE_MS;
      !(keyCache.isFresh() && isProven()) && performance.now() < deadline;
    )
      await sleep(10);
  };
  await Promise.race([waited(), refused]);
}

/**
 * Ends a server. It accepts the connections that are waiting, then no new ones. From then on
 * every answer says `Connection: close`; if answers said so earlier, a proxy would keep opening
 * new connections and be refused when the port closes. Idle connections stay for a moment,
 * because a request may be on its way on one.
 */
async function drained(server: Server, door: Listener, upstream: Upstream | null): Promise<void> {
  const closed = once(server, "close");
  await door.shut();
  // For a connection whose answer had begun before, and so did not say that it closes.
  server.keepAliveTimeout = IDLE_MS;
  const timers = [
    setTimeout(() => void closeIdle(server), IDLE_MS),
    setTimeout(() => upstream?.close(), DRAIN_MS - IDLE_MS),
    setTimeout(() => server.closeAllConnections(), DRAIN_MS),
  ];
  await closed;
  timers.forEach(clearTimeout);
}

/**
 * What has arrived is read before a connection counts as idle: in a process that had no processor
 * time for a while, the timer runs first.
 */
async function closeIdle(server: Server): Promise<void> {
  await turn();
  server.closeIdleConnections();
}
