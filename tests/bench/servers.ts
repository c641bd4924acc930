import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "@/lib/ops/run.mjs";
import { bun } from "@/tests/runner/bun";
import type { Bench } from "./bench";
import type { BenchDatabase } from "./database";
import { isInstalled, type Running, run, SERVER } from "./processes";

export type Server = {
  name: string;
  /** Why it cannot be measured here, or null. */
  absent(): string | null;
  start(port: number): Running;
};

export const BARE = "node:http";
export const HMAC = "node:http + HMAC";
export const HMAC_AND_JSON = "node:http + HMAC + JSON.parse";
export const GATEWAY = "Countersign gateway";
export const ON_BUN = "Countersign gateway on Bun";
export const WORKERS = "Countersign gateway, 2 workers";
export const NGINX = "nginx + Lua HMAC";

const here = (file: string) => path.join(import.meta.dirname, file);

/** All servers under test. Each answers a signed POST with the same text. */
export function serversFor(
  { key, gatewayUrl, peersUrl }: BenchDatabase,
  answer: string,
  scratch: string,
  profile?: string,
): Server[] {
  const profiled = (name: string) =>
    profile ? ["--cpu-prof", `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${name}.cpuprofile`] : [];
  const shared = { SECRET: key.secret, ANSWER: answer };
  const program = (name: string, file: string, env: Record<string, string> = {}, needs?: string): Server => ({
    name,
    absent: () => (needs ? unlessInstalled(needs) : null),
    start: (port) =>
      run(SERVER, process.execPath, [...(env.CHECK ? profiled(env.CHECK) : []), here(file)], {
        ...shared,
        ...env,
        PORT: String(port),
      }),
  });
  const onBun = (name: string, file: string): Server => ({
    name,
    absent: () => unlessInstalled("bun"),
    start: (port) => run(SERVER, bun() ?? "", [here(file)], { ...shared, CHECK: "hmac", PORT: String(port) }),
  });
  return [
    program(BARE, "peers/bare.mjs", { CHECK: "read" }),
    program(HMAC, "peers/bare.mjs", { CHECK: "hmac" }),
    program(HMAC_AND_JSON, "peers/bare.mjs", { CHECK: "json" }),
    gateway(GATEWAY, gatewayUrl, profiled("gateway"), path.join(scratch, "gateway.log")),
    {
      ...gateway(ON_BUN, gatewayUrl, [], path.join(scratch, "bun.log"), {}, bun()),
      absent: () => unlessInstalled("bun"),
    },
    gateway(WORKERS, gatewayUrl, [], path.join(scratch, "workers.log"), { GATEWAY_WORKERS: "2" }),
    program("Fastify + HMAC", "peers/fastify.mjs", {}, "fastify"),
    nextRoute(shared),
    program("Better Auth, API keys", "peers/better-auth.mjs", { DATABASE_URL: peersUrl }, "better-auth"),
    nginx(shared, scratch),
    onBun("Bun, node:http + HMAC", "peers/bare.mjs"),
    onBun("Bun.serve + HMAC", "peers/bun-serve.mjs"),
  ];
}

function gateway(
  name: string,
  databaseUrl: string,
  flags: string[],
  log: string,
  more: Record<string, string> = {},
  program: string | null = process.execPath,
): Server {
  const env = {
    ...more,
    GATEWAY_DATABASE_URL: databaseUrl,
    SEALING_PRIVATE_KEYS: process.env.SEALING_PRIVATE_KEYS ?? "",
  };
  return {
    name,
    absent: () => null,
    start: (port) =>
      run(
        SERVER,
        program ?? "",
        [...flags, path.join(root, ".build/gateway.mjs")],
        { ...env, GATEWAY_PORT: String(port) },
        log,
      ),
  };
}

/**
 * A gateway on this port and the servers' processor, with further variables. `log` is where its
 * output goes.
 */
export function startGateway(
  { database, scratch, started, profile }: Bench,
  port: number,
  env: Record<string, string> = {},
  log = path.join(scratch, "gateway.log"),
): Running {
  const all = {
    GATEWAY_DATABASE_URL: database.gatewayUrl,
    SEALING_PRIVATE_KEYS: process.env.SEALING_PRIVATE_KEYS ?? "",
    GATEWAY_PORT: String(port),
    DRAIN_SECONDS: "0",
    ...env,
  };
  const flags = profile ? ["--cpu-prof", `--cpu-prof-dir=${profile}`] : [];
  const running = run(SERVER, process.execPath, [...flags, path.join(root, ".build/gateway.mjs")], all, log);
  started.push(running);
  return running;
}

function nextRoute(env: Record<string, string>): Server {
  return { ...nextPeer(env), name: "Next.js route + HMAC" };
}

/** A separate app on the same Next version: a route that checks an HMAC, and an empty page. */
export function nextPeer(env: Record<string, string> = {}): Server {
  const [folder, next] = [here("peers/next"), path.join(root, "node_modules/next/dist/bin/next")];
  const build = () =>
    execFileSync(process.execPath, [next, "build", folder], {
      env: { ...QUIET, PATH: process.env.PATH },
      stdio: "pipe",
    });
  return {
    name: "Next.js",
    absent: () => problemOf(build),
    start: (port) =>
      run(SERVER, process.execPath, [next, "start", folder, "-H", "127.0.0.1", "-p", String(port)], {
        ...QUIET,
        ...env,
      }),
  };
}

const QUIET = { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } as const;

function problemOf(action: () => unknown): string | null {
  try {
    action();
    return null;
  } catch (error) {
    return String(error);
  }
}

/** Debian's nginx with its Lua module. */
function nginx({ SECRET, ANSWER }: Record<"SECRET" | "ANSWER", string>, scratch: string): Server {
  const modules = "/usr/lib/nginx/modules";
  return {
    name: NGINX,
    absent: () =>
      isInstalled("nginx", ["-v"]) && existsSync(`${modules}/ngx_http_lua_module.so`)
        ? null
        : "nginx with libnginx-mod-http-lua is not installed",
    start(port) {
      const folder = path.join(scratch, "nginx");
      mkdirSync(folder, { recursive: true });
      writeFileSync(
        path.join(folder, "nginx.conf"),
        `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr crit; ${process.getuid?.() === 0 ? "user root;" : ""}
        load_module ${modules}/ndk_http_module.so; load_module ${modules}/ngx_http_lua_module.so;
        events { worker_connections 512; }
        http {
          access_log off; keepalive_requests 1000000000; client_max_body_size 2m; client_body_buffer_size 2m; client_body_temp_path ${folder};
          lua_package_path "${here("peers")}/?.lua;/usr/share/lua/5.1/?.lua;;";
          init_by_lua_block { hmac = require "hmac" }
          server { listen 127.0.0.1:${port}; location / { content_by_lua_block { hmac("${SECRET}", [==[${ANSWER}]==]) } } }
        }`,
      );
      return run(SERVER, "nginx", ["-p", folder, "-c", path.join(folder, "nginx.conf")], {});
    },
  };
}

function unlessInstalled(name: string): string | null {
  return existsSync(here(`node_modules/${name}`)) ? null : `${name} is not installed (npm install in tests/bench)`;
}
