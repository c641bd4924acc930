import { spawn } from "node:child_process";
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ExpectedError } from "../output.mjs";
import { freePort } from "../ports.mjs";
import { runOrThrow, runProgram } from "../run.mjs";
import { withUserName } from "./nameless-user.mjs";
import { makeFolderOf } from "./place.mjs";
import { endOrphanedServer } from "./postmaster.mjs";

const guardFile = fileURLToPath(new URL("./postgres-guard.mjs", import.meta.url));
/** @type {Record<string, string>} */
const plain = { LC_ALL: "C", TZ: "UTC", PATH: "/usr/bin:/bin" };

/**
 * @import { Place } from "./place.mjs"
 * @import { User } from "../run.mjs"
 * @typedef {{ ended: Promise<string>, stop(): Promise<void> }} Server `ended`: how it ended
 * @typedef {(database: string, user?: string, password?: string) => string} Url a superuser's
 * @typedef {Server & { port: number, url: Url }} Postgres
 */

/**
 * What the guard needs.
 * @typedef {object} Run
 * @property {string} command
 * @property {string[]} args
 * @property {string} log
 * @property {Record<string, string>} env
 * @property {string | undefined} [remove]
 * @typedef {Run & Partial<User>} Order
 */

/**
 * Starts a PostgreSQL on a free port of 127.0.0.1. The first start creates the cluster; a start
 * after a kill recovers it. The caller holds the folder's lock.
 * @param {Place} place
 * @param {{ password: string, settings?: string[] }} options
 * @returns {Promise<Postgres>}
 */
export async function startPostgres(place, { password, settings = [] }) {
  if (!existsSync(path.join(place.data, "PG_VERSION"))) await createCluster(place, password, settings);
  else await endOrphanedServer(place.data);
  for (const until = Date.now() + 20_000; ; await delay(200)) {
    const port = await freePort();
    const server = keepServer(place, [`port=${port}`, ...settings]);
    /** @type {Url} */
    const url = (database, user = "postgres", word = password) =>
      `postgres://${user}:${word}@127.0.0.1:${port}/${database}`;
    const refusal = await answering(url("postgres"), server);
    if (refusal === null) return { port, url, ...server };
    const problem = await problemOf(server, refusal, place.log);
    // After a kill, the old server's children hold its shared memory for a moment. The free port
    // may also have been taken in the meantime.
    const passing = /shared memory block|already in use|lock file .* already exists|could not bind/.test(problem);
    if (!passing || Date.now() > until) throw new ExpectedError(`PostgreSQL did not start (${place.log}):\n${problem}`);
  }
}

/** @param {Place} place @param {string} password @param {string[]} settings */
async function createCluster({ binaries, data, user }, password, settings) {
  const partial = `${data}.partial`;
  const passwordFile = `${data}.password`;
  for (const left of [partial, passwordFile]) rmSync(left, { recursive: true, force: true });
  makeFolderOf(user, partial);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const locale = ["-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
  const args = ["-D", partial, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, ...locale];
  if (settings.includes("fsync=off")) args.push("--no-sync");
  try {
    const [command, all] = withUserName(path.join(binaries, "bin/initdb"), args, user);
    await runOrThrow("Creating the database", runProgram(command, all, { env: plain, cwd: "/", user }));
  } finally {
    rmSync(passwordFile, { force: true });
  }
  // Renamed when complete, so that an interrupted initdb leaves no cluster.
  renameSync(partial, data);
}

/** @param {Place} place @param {string[]} settings @returns {Server} */
function keepServer({ binaries, data, log, user, remove }, settings) {
  const all = ["listen_addresses=127.0.0.1", "unix_socket_directories=", ...settings];
  const args = ["-D", data, ...all.flatMap((setting) => ["-c", setting])];
  /** @type {Order} */
  const order = { command: path.join(binaries, "bin/postgres"), args, ...user, log, env: plain, remove };
  writeFileSync(log, "", { mode: 0o600 });
  const guard = spawn(process.execPath, [guardFile, JSON.stringify(order)], {
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  guard.stdin.on("error", () => {});
  let how = "";
  guard.stdout.on("data", (chunk) => {
    how += chunk;
  });
  const ended = new Promise((resolve) => guard.once("close", () => resolve(how || "its guard was killed")));
  const stop = async () => {
    guard.stdin.end();
    await ended;
    await endOrphanedServer(data);
  };
  return { ended, stop };
}

/**
 * @param {string} url
 * @param {Server} server
 * @returns {Promise<string | null>} null once we can log in, "password" if ours is refused,
 *   or how the server ended
 */
async function answering(url, { ended }) {
  const { default: pg } = await import("pg");
  let waiting = true;
  ended.then(() => {
    waiting = false;
  });
  for (; waiting; await delay(40)) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on("error", () => {});
    const problem = await client.connect().then(
      () => null,
      (/** @type {NodeJS.ErrnoException} */ error) => error,
    );
    await client.end().catch(() => {});
    if (!problem) return null;
    if (problem.code === "28P01") return "password";
  }
  return ended;
}

/** @param {Server} server @param {string} refusal @param {string} log */
async function problemOf(server, refusal, log) {
  if (refusal === "password") {
    await server.stop();
    return "It does not accept the password kept in .data/secrets.json. Remove the folder .data to begin again with an empty database.";
  }
  return readFileSync(log, "utf8").trimEnd().split("\n").slice(-8).join("\n") || refusal;
}
