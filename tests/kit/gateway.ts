import { once } from "node:events";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseOpeningKeys } from "@/lib/crypto/key-ring";
import { createLog } from "@/lib/gateway/log";
import { startGateway } from "@/lib/gateway/start";
import type { UpstreamSettings } from "@/lib/gateway/upstream";
import { freePort } from "@/lib/ops/ports.mjs";
import { bundleOf } from "./child-env";
import { gatewayElsewhere, type Wanted } from "./gateway-elsewhere";
import { onBun, startProgram } from "./gateway-program";

export type TestGateway = {
  origin: string;
  port: number;
  /** 0 where there is none. */
  authorizePort: number;
  metricsPort?: number | null;
  /** The log's lines so far. */
  lines(): string[];
  stop(): Promise<void>;
};
export type GatewayProcess = TestGateway & { pid: number; signal(name: NodeJS.Signals): void; exited: Promise<number | null> };

type Wishes = {
  databaseUrl?: string;
  trustedProxies?: string[];
  /** Of a gateway in this process. */
  upstream?: UpstreamSettings | null;
  authorizePort?: number | null;
  maxConnections?: number;
  /** As many as all of them, if it is not given. */
  maxConnectionsPerSource?: number;
  /** Of a gateway in this process. */
  stillMs?: number;
  /** Of a process; a gateway in this one does not linger. */
  drainSeconds?: number;
  /** Of a process. */
  workers?: number;
  /** Of a process: the port of one that was stopped, instead of a free one. */
  port?: number;
  /** Serve metrics, on any free port. */
  metrics?: boolean;
  /** False: do not wait for the first lease. */
  ready?: boolean;
};

/** A gateway in this process, or on the runtime that is tested, on a free port, with this test file's database and keys. */
export async function gatewayHere({
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
    ...{ databaseUrl, trustedProxies, upstream, authorizePort, maxConnections, maxConnectionsPerSource, stillMs },
    ...{ host: "127.0.0.1", port: 0, lingerMs: 0, metricsPort: metrics ? 0 : null },
  };
  const gateway = await (onBun ? gatewayElsewhere(wanted) : startedHere(wanted));
  const origin = `http://127.0.0.1:${gateway.port}`;
  if (ready) await readyAt(origin);
  return { ...gateway, origin, authorizePort: gateway.authorizePort ?? 0 };
}

async function startedHere(wanted: Wanted) {
  const lines: string[] = [];
  const log = createLog("debug", { write: (line) => lines.push(line) });
  const gateway = await startGateway({ ...wanted, privateKeys: parseOpeningKeys(env("SEALING_PRIVATE_KEYS")), log });
  return { ...gateway, lines: () => lines };
}

/** A real gateway process, bundled as `npm start` bundles it. */
export async function gatewayProcess({
  databaseUrl = env("GATEWAY_DATABASE_URL"),
  trustedProxies = [],
  drainSeconds = 0,
  workers = 1,
  maxConnections = 2_000,
  maxConnectionsPerSource = maxConnections,
  port: wanted,
  ready = true,
}: Wishes = {}): Promise<GatewayProcess> {
  const port = wanted ?? (await freePort());
  const { child, exited, output, stop } = await startProgram(bundleOf("gateway"), {
    NODE_ENV: "production",
    GATEWAY_DATABASE_URL: databaseUrl,
    SEALING_PRIVATE_KEYS: env("SEALING_PRIVATE_KEYS"),
    GATEWAY_PORT: String(port),
    TRUSTED_PROXIES: trustedProxies.join(","),
    DRAIN_SECONDS: String(drainSeconds),
    GATEWAY_WORKERS: String(workers),
    MAX_CONNECTIONS: String(maxConnections),
    MAX_CONNECTIONS_PER_SOURCE: String(maxConnectionsPerSource),
  });
  const origin = `http://127.0.0.1:${port}`;
  await (ready ? readyAt(origin) : answersAt(`${origin}/healthz`)).catch(async (cause: unknown) => {
    await stop();
    throw new Error(output(), { cause });
  });
  return {
    ...{ origin, port, authorizePort: 0, exited, stop, pid: child.pid as number },
    lines: () => output().split("\n").filter(Boolean),
    signal: (name) => void child.kill(name),
  };
}

const readyAt = (origin: string) => answersAt(`${origin}/readyz`);

async function answersAt(url: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(20)) {
    if ((await statusOf(url)) === 200) return;
  }
  throw new Error(`${url} did not answer 200 in 10 s`);
}

/** Asked on a connection of its own, which then is gone: fetch would keep it open. */
async function statusOf(url: string): Promise<number | null> {
  const asked = get(url, { agent: false });
  const [response] = await once(asked, "response").catch(() => [null]);
  if (response) await once(response.resume(), "close");
  return response?.statusCode ?? null;
}

function env(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
