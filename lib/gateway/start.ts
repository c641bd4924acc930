import { once } from "node:events";
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { trustedProxies } from "../http/client-address";
import type { KeyRing } from "../platform/crypto/key-ring";
import { NotOpened } from "../platform/crypto/open";
import { LookupLimit } from "./auth/lookup-limit";
import { SentSecrets } from "./auth/sent-secrets";
import { judging, toCachedKey } from "./cache/cached-key";
import { systemClock } from "./cache/clock";
import { KeyCache, LEASE_MS } from "./cache/key-cache";
import { LeaseRefused } from "./cache/lease-refused";
import { OpenedSecrets } from "./cache/opened-secrets";
import { rereading } from "./cache/read-again";
import { startRenewing } from "./cache/renewer";
import { openDatabase } from "./database";
import { createGatewayServer } from "./http/server";
import { type Listener, listen } from "./listener";
import { openUpstream, type Upstream, type UpstreamSettings } from "./proxy/upstream";
import { newRun } from "./run";
import { type Holding, holdRing } from "./sealing/hold";
import { RingRefused } from "./sealing/prove-ring";
import { Standby } from "./standby";
import { startRecording } from "./telemetry/recorder";

export type Settings = {
  /** What people call this gateway. */
  name: string;
  databaseUrl: string;
  /** Where Prometheus may read; null for nowhere, 0 for any free port. */
  metricsPort: number | null;
  privateKeys: KeyRing;
  trustedProxies: readonly string[];
  host: string;
  port: number;
  /** Where proxies ask before they let a request through; null for nowhere. */
  authorizePort: number | null;
  /** How many connections either port takes at a time. */
  maxConnections: number;
  /** How many of them one source may have: an address, or an IPv6 network of 64 bits, that is no trusted proxy. */
  maxConnectionsPerSource: number;
  /** After how long a connection on which nothing moves is closed: a client that no longer reads its answer would hold it, and the upstream's, for ever. */
  stillMs: number;
  /** How long it serves on, not ready, once it is told to stop. */
  lingerMs: number;
  /** The API behind the gateway, or null where the gateway answers for itself alone. */
  upstream: UpstreamSettings | null;
  log: Logger;
};

export type Gateway = {
  port: number;
  authorizePort: number | null;
  metricsPort: number | null;
  ready(): boolean;
  /** Resolves where the database is first reached later on, and the private keys are not its own: the gateway is to be ended. */
  refused: Promise<RingRefused>;
  stop(): Promise<void>;
};

/** How long requests under way may take to end, once the gateway is told to stop: as long as a request may take. */
const DRAIN_MS = 10_000;
const IDLE_MS = 1_000;

/**
 * Starts a gateway. Its port is open from the first lease on, and not before its private keys were shown to open what the database holds: `listen` and
 * `proveRing` have the rules. It waits a second for both, so that a port that is taken is told of at once.
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
  const sent = new SentSecrets();
  const holding = holdRing({ databaseUrl, ring: privateKeys, failed });
  const database = openDatabase(databaseUrl, newRun(settings.name, privateKeys), failed, holding.entered);
  const secrets = new OpenedSecrets(privateKeys);
  const readEntry = async (key: string) => {
    await holding.proven;
    const entry = await toCachedKey(await database.readKey(key), secrets, failed);
    const judged = judging(entry);
    if (judged) sent.remember(judged.secret, judged.number);
    return entry;
  };
  const forgot = rereading((key: string) => keyCache.load(key));
  const keyCache: KeyCache = new KeyCache(readEntry, systemClock, { forgot });
  const { activeKeys } = database;
  const standby = new Standby({ keyCache, takeOver: database.takeOver });
  const ladder = { keyCache, lookups: new LookupLimit(() => performance.now()), activeKeys, standby, failed };
  let leaving = false;
  const ready = () => keyCache.isFresh() && holding.isProven() && !leaving;
  const upstream = settings.upstream && openUpstream(settings.upstream);
  const recording = await startRecording({
    databaseUrl,
    privateKeys,
    keyCache,
    sent,
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
      // Its row would keep a new version from being taken into use.
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

/** One read serves many requests: when it fails, each of them tells of the same error. */
function oncePerError(tell: (error: unknown) => void): (error: unknown) => void {
  const told = new WeakSet<object>();
  return (error) => {
    if (error instanceof Error && told.has(error)) return;
    if (error instanceof Error) told.add(error);
    tell(error);
  };
}

/** A load balancer that only looks whether the port is open sends requests from its first moment on. */
async function firstLease(keyCache: KeyCache, { isProven, proven }: Holding): Promise<void> {
  const refused = proven.then(never);
  const waited = async () => {
    for (const deadline = performance.now() + LEASE_MS; !(keyCache.isFresh() && isProven()) && performance.now() < deadline; )
      await sleep(10);
  };
  await Promise.race([waited(), refused]);
}

/**
 * Ends a server: what waits to be accepted is taken, then no new connections; every answer from here on says `Connection: close`, and none before, or a
 * proxy would open new ones all the time and meet the closing door. Idle connections stay a moment, since a request may be on its way on one.
 */
async function drained(server: Server, door: Listener, upstream: Upstream | null): Promise<void> {
  const closed = once(server, "close");
  await door.shut();
  const timers = [
    setTimeout(() => server.closeIdleConnections(), IDLE_MS),
    setTimeout(() => upstream?.close(), DRAIN_MS - IDLE_MS),
    setTimeout(() => server.closeAllConnections(), DRAIN_MS),
  ];
  await closed;
  timers.forEach(clearTimeout);
}
