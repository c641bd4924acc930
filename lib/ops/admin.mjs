import "./node-version.mjs";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { clientFor } from "../platform/db/open.mjs";
import { bundle } from "./build.mjs";
import { readDotEnv } from "./config.mjs";
import { embeddedValues, environmentOf } from "./environments.mjs";
import { generate, install } from "./install.mjs";
import { withNextSealingPair } from "./keys.mjs";
import { lockHolder, takeLock } from "./lock.mjs";
import { ExpectedError, main, print } from "./output.mjs";
import { startEmbedded } from "./postgres/embedded.mjs";
import { userName } from "./postgres/nameless-user.mjs";
import { demoPlace } from "./postgres/place.mjs";
import { endRuns, root } from "./run.mjs";
import { addSealingVersion, dropSealingVersions, installationSecrets } from "./secrets.mjs";

/** @import { Env } from "./run.mjs" */

// npm run admin -- COMMAND …: runs .build/admin.mjs on the database that npm start uses, whether
// Countersign is running or not. "sealing" commands run as .build/sealing.mjs, which is the only
// one of the two that gets the gateways' private keys.
const dataFolder = path.join(root, ".data");
const lockFile = path.join(dataFolder, "running.json");

await main(async () => {
  readDotEnv(root);
  if (needsNoDatabase(process.argv.slice(2))) process.exit(await command(process.env, process.argv.slice(2)));
  process.exit(process.env.DATABASE_URL ? await onOwnDatabase() : await onEmbedded());
});

/**
 * Help needs no database, and neither does a call without a command or without sealing's action,
 * which is answered with the help.
 * @param {string[]} args
 */
function needsNoDatabase(args) {
  const isIncomplete = args.length === 0 || (args.length === 1 && args[0] === "sealing");
  return isIncomplete || args[0] === "help" || args.some((word) => word === "--help" || word === "-h");
}

async function onOwnDatabase() {
  const args = process.argv.slice(2);
  if (isNewKey(args)) return printNewKey(process.env);
  const missing = (
    args[0] === "sealing" ? ["GATEWAY_DATABASE_URL", "SEALING_PRIVATE_KEYS"] : ["APP_DATABASE_URL"]
  ).filter((name) => !process.env[name]);
  if (missing.length > 0)
    throw new ExpectedError(
      `With DATABASE_URL set, ${missing.join(" and ")} must be set too. .env.example explains each.`,
    );
  return command(process.env, args);
}

async function onEmbedded() {
  if (!existsSync(path.join(dataFolder, "secrets.json")))
    throw new ExpectedError("There is nothing installed here yet. Run npm start once, or set DATABASE_URL.");
  if (isNewKey(process.argv.slice(2))) return addNewKey();
  if (lockHolder(lockFile)) return onInstallation(runningValues());
  return alone();
}

/** @param {string[]} args */
function isNewKey([command, action]) {
  return command === "sealing" && action === "new-key";
}

/** For the embedded database: the keys are in this installation's own folder. */
function addNewKey() {
  const version = addSealingVersion(dataFolder);
  print(
    `Version ${version} of the sealing key is in .data/secrets.json. Next: start Countersign again, then npm run admin -- sealing rotate.`,
  );
  return 0;
}

/**
 * For an external database: prints the keys, as only the operator knows where they belong.
 * @param {Env} env
 */
function printNewKey({ SEALING_PUBLIC_KEY, SEALING_PRIVATE_KEYS }) {
  if (!SEALING_PUBLIC_KEY || !SEALING_PRIVATE_KEYS)
    throw new ExpectedError(
      "SEALING_PUBLIC_KEY and SEALING_PRIVATE_KEYS are not set. npm run keys prints the first ones.",
    );
  print("# For every dashboard, and for every gateway. The dashboards must never be given SEALING_PRIVATE_KEYS.");
  for (const [name, value] of Object.entries(withNextSealingPair({ SEALING_PUBLIC_KEY, SEALING_PRIVATE_KEYS })))
    print(`${name}=${value}`);
  return 0;
}

/**
 * Runs the command. Key versions that it removed are also removed from .data/secrets.json.
 * @param {InstallationValues} values
 */
async function onInstallation(values) {
  const args = process.argv.slice(2);
  const code = await command(values, args);
  if (code !== 0 || args[0] !== "sealing" || args[1] !== "finish") return code;
  const oldest = await oldestVersion(values);
  dropSealingVersions(dataFolder, oldest);
  print(`.data/secrets.json has no version before ${oldest} any more, whether it was used or not.`);
  return code;
}

/** @param {InstallationValues} values */
async function oldestVersion({ DATABASE_URL }) {
  const client = await clientFor(DATABASE_URL);
  await client.connect();
  try {
    /** @type {import("pg").QueryResult<{ oldest: number }>} */
    const { rows } = await client.query("SELECT min(version) AS oldest FROM sealing_keys");
    const [{ oldest }] = /** @type {[{ oldest: number }]} */ (rows);
    return oldest;
  } finally {
    await client.end();
  }
}

/** @typedef {ReturnType<typeof embeddedValues>} InstallationValues */

/**
 * The environment of the Countersign that is running from this folder. The port of its PostgreSQL
 * is in the cluster's postmaster.pid.
 */
function runningValues() {
  const secrets = installationSecrets(dataFolder);
  const port = portIn(path.join(demoPlace(dataFolder, secrets.installation).data, "postmaster.pid"));
  /** @param {string} database */
  const url = (database, user = "postgres", word = secrets.postgres) =>
    `postgres://${user}:${word}@127.0.0.1:${port}/${database}`;
  return embeddedValues(process.env, { url }, secrets, dataFolder);
}

/** @param {string} file */
function portIn(file) {
  const port = existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[3]) : 0;
  if (port > 0) return port;
  throw new ExpectedError("Countersign is starting or stopping in this folder. Try again in a moment.");
}

/** Starts PostgreSQL for this command only, and stops it afterwards. */
async function alone() {
  const lock = takeLock(lockFile, { origin: "an admin command" });
  if ("holder" in lock) throw new ExpectedError("Countersign is starting in this folder. Try again in a moment.");
  /** @type {{ postgres?: import("./postgres/postgres.mjs").Postgres }} */
  const parts = {};
  try {
    await prepare();
    const started = await startEmbedded({
      dataFolder,
      values: process.env,
      onStart: (running) => {
        parts.postgres = running;
      },
    });
    return await onInstallation(started.values);
  } finally {
    endRuns();
    await parts.postgres?.stop();
    lock.release();
  }
}

/**
 * Builds what the command needs, if npm start has not built it from the present files.
 * @param {import("./build.mjs").Entry[]} [names]
 */
async function prepare(names) {
  await install();
  await generate();
  await bundle(names);
}

/**
 * Runs the command itself at this terminal.
 * @param {Env} values
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
async function command(values, args) {
  const program = args[0] === "sealing" && !needsNoDatabase(args) ? "sealing" : "admin";
  await prepare([program]);
  const env = environmentOf(program, { ...values, OPERATOR: operator() });
  const child = spawn(process.execPath, ["--enable-source-maps", path.join(root, `.build/${program}.mjs`), ...args], {
    cwd: root,
    env,
    stdio: "inherit",
  });
  // Ctrl-C also reaches the command, which reports the outcome itself.
  const wait = () => {};
  process.on("SIGINT", wait);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** The user who runs this; with sudo, both names. */
function operator() {
  const username = userName();
  const { SUDO_USER } = process.env;
  return SUDO_USER && SUDO_USER !== username ? `${SUDO_USER} (${username})` : username;
}
