import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scratchPlace } from "@/lib/ops/postgres/place.mjs";
import { startPostgres } from "@/lib/ops/postgres/postgres.mjs";
import { isAlive, parentOf } from "@/lib/ops/processes.mjs";
import { type Program, program } from "../../kit/gateway/programs";

const ops = path.resolve(import.meta.dirname, "../../../lib/ops");
const password = "a-password";

/**
 * A process that starts a cluster and keeps it running, as `npm start` does. It prints the URL,
 * then waits.
 */
const keeper = (place: unknown) =>
  program(`
    const { startPostgres } = await import(${JSON.stringify(path.join(ops, "postgres/postgres.mjs"))});
    const postgres = await startPostgres(${JSON.stringify(place)}, { password: ${JSON.stringify(password)} });
    console.log(postgres.url("postgres"));
    postgres.ended.then((how) => { console.log("ended: " + how); process.exit(1); });
    setInterval(() => {}, 1000);`);

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return Object.values((await client.query(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

const postmaster = (data: string) => Number(readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n")[0]);

async function until(condition: () => boolean, limit = 15_000): Promise<void> {
  for (const end = Date.now() + limit; !condition(); await sleep(50))
    if (Date.now() > end) throw new Error("It did not come true in time.");
}

describe("the embedded database", () => {
  // Kept on disk between the tests, like the demo's: without `remove` a guard keeps the data.
  const { remove, ...place } = scratchPlace();
  let running: Program;
  let url: string;
  const start = async () => {
    running = keeper(place);
    url = await running.line();
  };
  beforeAll(async () => {
    await start();
    await ask(url, "CREATE TABLE kept AS SELECT 42 AS answer");
  });
  afterAll(async () => {
    running.kill("SIGKILL");
    await until(() => !existsSync(path.join(place.data, "postmaster.pid")));
    rmSync(remove, { recursive: true, force: true });
  });

  test("refuses a connection without its password", async () => {
    const other = new URL(url);
    other.password = "another";
    await expect(ask(other.href, "SELECT 1")).rejects.toThrow("password authentication failed");
  });

  test("listens only on 127.0.0.1, and on no Unix socket", async () => {
    expect(await ask(url, "SHOW listen_addresses")).toBe("127.0.0.1");
    expect(await ask(url, "SHOW unix_socket_directories")).toBe("");
    expect(await ask(url, "SHOW fsync")).toBe("on");
  });

  test("shuts down by itself when the process that started it is killed with -9", async () => {
    const server = postmaster(place.data);
    running.kill("SIGKILL");
    await running.ended;
    await until(() => !isAlive(server));
    await start();
    expect(await ask(url, "SELECT answer FROM kept")).toBe(42);
  });

  test("is up again, with what was committed, after the server itself was killed with -9", async () => {
    process.kill(postmaster(place.data), "SIGKILL");
    expect(await running.line()).toBe("ended: exit SIGKILL");
    await running.ended;
    await start();
    expect(await ask(url, "SELECT answer FROM kept")).toBe(42);
  });

  test("is taken over by the next start when everything but the server was killed with -9", async () => {
    const left = postmaster(place.data);
    const guard = parentOf(left);
    process.kill(guard as number, "SIGKILL");
    running.kill("SIGKILL");
    await running.ended;
    expect(isAlive(left)).toBe(true);
    await start();
    expect(isAlive(left)).toBe(false);
    expect(await ask(url, "SELECT answer FROM kept")).toBe(42);
  });

  test("refuses to start with a wrong password, and says what to do", async () => {
    running.kill("SIGKILL");
    await running.ended;
    await until(() => !existsSync(path.join(place.data, "postmaster.pid")));
    await expect(startPostgres(place, { password: "not its own" })).rejects.toThrow(
      "Remove the folder .data to begin again",
    );
    await start();
  });
});

describe("a temporary database", () => {
  test("leaves no file and no process behind, even when the tests are killed with -9", async () => {
    const place = scratchPlace();
    const running = keeper(place);
    await running.line();
    const server = postmaster(place.data);
    running.kill("SIGKILL");
    await until(() => !existsSync(place.remove) && !isAlive(server));
  });
});
