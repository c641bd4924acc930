import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { placeIn } from "@/lib/ops/postgres/place.mjs";
import { pgbouncer } from "@/tests/runner/pgbouncer.mjs";
import { childEnv } from "../child-env";
import { freePort } from "../free-port";

/**
 * A PgBouncer in front of these databases. It is configured to let Countersign connect, by ignoring
 * the connections' startup parameters. `urls` has a URL through it for each database, by the same
 * name.
 */
export async function startPgbouncer<Name extends string>(
  mode: "transaction" | "session",
  databases: Record<Name, string>,
) {
  const program = pgbouncer();
  if (!program) throw new Error("there is no pgbouncer");
  const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-pgbouncer-"));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const config = path.join(folder, "pgbouncer.ini");
  writeFileSync(config, configuration(mode, port, databases), { mode: 0o644 });
  // PgBouncer refuses to run as root.
  const { user } = placeIn(folder);
  const child = spawn(program, [config], { env: childEnv(), stdio: "ignore", ...user });
  const close = async () => {
    const ended = once(child, "exit");
    child.kill("SIGINT");
    await ended;
    rmSync(folder, { recursive: true });
  };
  const urls = Object.fromEntries(
    Object.keys(databases).map((name) => [name, `postgres://anybody:x@127.0.0.1:${port}/${name}`]),
  );
  await untilTaken(Object.values<string>(urls)[0] as string).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { urls: urls as Record<Name, string>, close };
}

function configuration(mode: string, port: number, databases: Record<string, string>): string {
  const lines = Object.entries(databases).map(([name, url]) => {
    const { hostname, port, pathname, username, password } = new URL(url);
    return `${name} = host=${hostname} port=${port} dbname=${pathname.slice(1)} user=${username} password=${password}`;
  });
  const dropped = "options, statement_timeout, lock_timeout, idle_in_transaction_session_timeout, extra_float_digits";
  return `[databases]\n${lines.join("\n")}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = any
pool_mode = ${mode}\nignore_startup_parameters = ${dropped}\n`;
}

async function untilTaken(url: string): Promise<void> {
  for (const until = performance.now() + 60_000; ; await sleep(50)) {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    const problem = await client.connect().then(
      () => null,
      (error: Error) => error,
    );
    await client.end().catch(() => undefined);
    if (!problem) return;
    if (performance.now() > until) throw problem;
  }
}
