import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { get } from "node:http";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { parseOpeningKeys } from "@/lib/crypto/key-ring";
import { createLog } from "@/lib/gateway/log";
import { startGateway } from "@/lib/gateway/start";
import type { UpstreamSettings } from "@/lib/gateway/upstream";
import { freePort } from "@/lib/ops/ports.mjs";

const root = path.resolve(import.meta.dirname, "../..");

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

/** A gateway in this process, on a free port, with this test file's database and keys. */
export async function gatewayHere({
  databaseUrl = env("GATEWAY_DATABASE_URL"),
  trustedProxies = [],
  upstream = null,
  authorizePort = null,
  maxConnections = 2_000,
  ready = true,
  metrics = false,
}: Wishes = {}): Promise<TestGateway> {
  const lines: string[] = [];
  const gateway = await startGateway({
    databaseUrl,
    trustedProxies,
    privateKeys: parseOpeningKeys(env("SEALING_PRIVATE_KEYS")),
    host: "127.0.0.1",
    port: 0,
    authorizePort,
    maxConnections,
    lingerMs: 0,
    upstream,
    metricsPort: metrics ? 0 : null,
    log: createLog("debug", { write: (line) => lines.push(line) }),
  });
  const origin = `http://127.0.0.1:${gateway.port}`;
  if (ready) await readyAt(origin);
  return {
    origin,
    port: gateway.port,
    authorizePort: gateway.authorizePort ?? 0,
    metricsPort: gateway.metricsPort,
    lines: () => lines,
    stop: gateway.stop,
  };
}

/** A real gateway process, bundled as `npm start` bundles it. */
export async function gatewayProcess({
  databaseUrl = env("GATEWAY_DATABASE_URL"),
  trustedProxies = [],
  drainSeconds = 0,
  workers = 1,
  maxConnections = 2_000,
  port: wanted,
  ready = true,
}: Wishes = {}): Promise<GatewayProcess> {
  const [file, port] = [await bundle(), wanted ?? (await freePort())];
  const child = spawn(process.execPath, [file], {
    env: {
      NODE_ENV: "production",
      GATEWAY_DATABASE_URL: databaseUrl,
      SEALING_PRIVATE_KEYS: env("SEALING_PRIVATE_KEYS"),
      GATEWAY_PORT: String(port),
      TRUSTED_PROXIES: trustedProxies.join(","),
      DRAIN_SECONDS: String(drainSeconds),
      GATEWAY_WORKERS: String(workers),
      MAX_CONNECTIONS: String(maxConnections),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const origin = `http://127.0.0.1:${port}`;
  const stop = () => ended(child, exited);
  await (ready ? readyAt(origin) : answersAt(`${origin}/healthz`))
    .catch(async (cause: unknown) => {
      await stop();
      throw new Error(output, { cause });
    })
    .finally(() => void exited.then(() => rm(path.dirname(file), { recursive: true, force: true })));
  return {
    ...{ origin, port, authorizePort: 0, exited, stop, pid: child.pid as number },
    lines: () => output.split("\n").filter(Boolean),
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

async function ended(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGCONT");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 12_000);
  await exited.finally(() => clearTimeout(timer));
}

/** Inside the repository, where its packages are found. */
async function bundle(): Promise<string> {
  const folder = await mkdtemp(path.join(root, "node_modules/.gateway-"));
  const outfile = path.join(folder, "gateway.mjs");
  const entryPoints = [path.join(root, "lib/gateway/main.ts")];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", packages: "external", logLevel: "error" });
  return outfile;
}

function env(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
