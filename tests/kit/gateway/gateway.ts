import { setTimeout as sleep } from "node:timers/promises";
import { createLog } from "@/lib/gateway/log";
import type { UpstreamSettings } from "@/lib/gateway/proxy/upstream";
import { startGateway } from "@/lib/gateway/start";
import { parseOpeningKeys } from "@/lib/platform/crypto/key-ring";
import { bundleOf } from "../child-env";
import { freePort } from "../free-port";
import { stopAfterFile } from "../stop-after-file";
import { type BunGatewaySettings, gatewayOnBun } from "./gateway-on-bun";
import { onBun, type Program, startProgram } from "./gateway-program";
import { sendOnce } from "./gateway-requests";
import { reportLeaseRetries } from "./lease-retries";

export type TestGateway = {
  origin: string;
  port: number;
  /** 0 if there is none. */
  authorizePort: number;
  metricsPort?: number | null;
  /** The log's lines so far. */
  lines(): string[];
  stop(): Promise<void>;
};
export type GatewayProcess = TestGateway &
  Pick<Program, "exited" | "freeze"> & { pid: number; signal(name: NodeJS.Signals): void };

type Wishes = {
  name?: string;
  databaseUrl?: string;
  trustedProxies?: string[];
  /** Only for a gateway in this process. */
  upstream?: UpstreamSettings | null;
  authorizePort?: number | null;
  maxConnections?: number;
  /** Defaults to `maxConnections`. */
  maxConnectionsPerSource?: number;
  /** Only for a gateway in this process. */
  stillMs?: number;
  /** Only for a process; a gateway in this process does not linger. */
  drainSeconds?: number;
  /** Only for a process. */
  workers?: number;
  /** Only for a process: keys other than this file's. */
  privateKeys?: string;
  /** Only for a process: the port of a stopped one, instead of a free one. */
  port?: number;
  /** Serves metrics on any free port. */
  metrics?: boolean;
  /** If false, does not wait for the first lease and sends no request. */
  ready?: boolean;
};

/**
 * A gateway in this process, or on the runtime under test, on a free port, with this file's
 * database and keys.
 */
export async function gatewayHere({
  name = "here",
  databaseUrl = env("GATEWAY_DATABASE_URL"),
  trustedProxies = [],
  upstream = null,
  authorizePort = null,
  maxConnections = 2_000,
  maxConnectionsPerSource = maxConnections,
  stillMs = 80_000,
  ready = true,
  metrics = false,
}: Wishes = {}): Promise<TestGateway> {
  const wanted = {
    ...{ name, databaseUrl, trustedProxies, upstream, authorizePort, maxConnections, maxConnectionsPerSource, stillMs },
    ...{ host: "127.0.0.1", port: 0, lingerMs: 0, metricsPort: metrics ? 0 : null },
  };
  const gateway = await (onBun ? gatewayOnBun(wanted) : startedHere(wanted));
  const origin = `http://127.0.0.1:${gateway.port}`;
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= gateway.stop().finally(reportLeaseRetries);
    return stopped;
  };
  stopAfterFile(stop);
  if (ready) await leased(origin);
  return { ...gateway, origin, authorizePort: gateway.authorizePort ?? 0, stop };
}

async function startedHere(wanted: BunGatewaySettings) {
  const lines: string[] = [];
  const log = createLog("debug", { write: (line) => lines.push(line) });
  const gateway = await startGateway({ ...wanted, privateKeys: parseOpeningKeys(env("SEALING_PRIVATE_KEYS")), log });
  return { ...gateway, lines: () => lines };
}

/** A real gateway process, bundled as `npm start` bundles it. */
export async function gatewayProcess({
  name,
  databaseUrl = env("GATEWAY_DATABASE_URL"),
  trustedProxies = [],
  drainSeconds = 0,
  workers = 1,
  maxConnections = 2_000,
  maxConnectionsPerSource = maxConnections,
  port: wanted,
  metrics = false,
  privateKeys = env("SEALING_PRIVATE_KEYS"),
  ready = true,
}: Wishes = {}): Promise<GatewayProcess> {
  const port = wanted ?? (await freePort());
  const metricsPort = metrics ? await freePort() : null;
  const { child, exited, lines, freeze, ...program } = startProgram(bundleOf("gateway"), {
    NODE_ENV: "production",
    GATEWAY_DATABASE_URL: databaseUrl,
    SEALING_PRIVATE_KEYS: privateKeys,
    GATEWAY_NAME: name,
    GATEWAY_PORT: String(port),
    TRUSTED_PROXIES: trustedProxies.join(","),
    DRAIN_SECONDS: String(drainSeconds),
    GATEWAY_WORKERS: String(workers),
    MAX_CONNECTIONS: String(maxConnections),
    MAX_CONNECTIONS_PER_SOURCE: String(maxConnectionsPerSource),
    ...(metricsPort !== null && { METRICS_PORT: String(metricsPort) }),
  });
  const origin = `http://127.0.0.1:${port}`;
  const listening = () => lines().some((line) => line.endsWith('"msg":"listening"}')) || undefined;
  const answering = async () => (await readiness(origin)) ?? undefined;
  const started = async () => {
    if (!ready) return program.until(listening);
    await program.until(answering);
    return leased(origin);
  };
  await started().catch(async (cause: unknown) => {
    await program.stop();
    throw new Error(program.output(), { cause });
  });
  return {
    ...{ origin, port, authorizePort: 0, metricsPort, exited, lines, freeze, pid: child.pid as number },
    signal: (name) => void child.kill(name),
    stop: () => program.stop().finally(reportLeaseRetries),
  };
}

async function leased(origin: string): Promise<void> {
  for (const deadline = performance.now() + 60_000; (await readiness(origin)) !== 200; await sleep(20))
    if (performance.now() > deadline) throw new Error("it had no lease for a minute");
}

const readiness = (origin: string): Promise<number | null> =>
  sendOnce(`${origin}/readyz`, { method: "GET" }).then(
    ({ status }) => status,
    () => null,
  );

function env(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
