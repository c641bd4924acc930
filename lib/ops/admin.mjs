import "./node-version.mjs";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { bundle } from "./build.mjs";
import { readDotEnv } from "./config.mjs";
import { startEmbedded } from "./embedded.mjs";
import { embeddedValues, environmentOf } from "./environments.mjs";
import { generate, install } from "./install.mjs";
import { lockHolder, takeLock } from "./lock.mjs";
import { userName } from "./nameless-user.mjs";
import { main, Stopped } from "./output.mjs";
import { demoPlace } from "./postgres-place.mjs";
import { endRuns, root } from "./run.mjs";
import { installationSecrets } from "./secrets.mjs";

// npm run admin -- COMMAND …: runs .build/admin.mjs on the database that npm start uses, whether that is running or not.
const dataFolder = path.join(root, ".data");
const lockFile = path.join(dataFolder, "running.json");

await main(async () => {
  readDotEnv(root);
  if (needsNoDatabase(process.argv.slice(2))) process.exit(await command(process.env, process.argv.slice(2)));
  process.exit(process.env.DATABASE_URL ? await onOwnDatabase() : await onEmbedded());
});

/** Help, and words that are no command at all, are answered without a database. */
function needsNoDatabase(args) {
  return args.length === 0 || args[0] === "help" || args.some((word) => word === "--help" || word === "-h");
}

async function onOwnDatabase() {
  if (!process.env.APP_DATABASE_URL)
    throw new Stopped("With DATABASE_URL set, APP_DATABASE_URL must be set too. .env.example explains both.");
  return command(process.env, process.argv.slice(2));
}

async function onEmbedded() {
  if (!existsSync(path.join(dataFolder, "secrets.json")))
    throw new Stopped("There is nothing installed here yet. Run npm start once, or set DATABASE_URL.");
  if (lockHolder(lockFile)) return command(runningValues(), process.argv.slice(2));
  return alone();
}

/** The values of the Countersign that runs from this folder now: its PostgreSQL says in its own folder where it listens. */
function runningValues() {
  const secrets = installationSecrets(dataFolder);
  const port = portIn(path.join(demoPlace(dataFolder, secrets.installation).data, "postmaster.pid"));
  const url = (database, user = "postgres", word = secrets.postgres) => `postgres://${user}:${word}@127.0.0.1:${port}/${database}`;
  return embeddedValues(process.env, { url }, secrets, dataFolder);
}

function portIn(file) {
  const port = existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[3]) : 0;
  if (port > 0) return port;
  throw new Stopped("Countersign is starting or stopping in this folder. Try again in a moment.");
}

/** Starts PostgreSQL for this one command, and stops it again. */
async function alone() {
  const lock = takeLock(lockFile, { origin: "an admin command" });
  if (lock.holder) throw new Stopped("Countersign is starting in this folder. Try again in a moment.");
  let postgres;
  try {
    await prepare(undefined);
    const started = await startEmbedded({
      dataFolder,
      values: process.env,
      onStart: (running) => {
        postgres = running;
      },
    });
    return await command(started.values, process.argv.slice(2));
  } finally {
    endRuns();
    await postgres?.stop();
    lock.release();
  }
}

/** Whatever the command needs that npm start has not made, or not from these files. */
async function prepare(names) {
  await install();
  await generate();
  await bundle(names);
}

/** The command itself, at this terminal. @returns {Promise<number>} its exit code */
async function command(values, args) {
  await prepare(["admin"]);
  const env = environmentOf("admin", { ...values, OPERATOR: operator() });
  const child = spawn(process.execPath, ["--enable-source-maps", path.join(root, ".build/admin.mjs"), ...args], {
    cwd: root,
    env,
    stdio: "inherit",
  });
  // Ctrl-C reaches the command as well, which says what became of it.
  const wait = () => {};
  process.on("SIGINT", wait);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** Who runs this: with sudo, both names. */
function operator() {
  const username = userName();
  const { SUDO_USER } = process.env;
  return SUDO_USER && SUDO_USER !== username ? `${SUDO_USER} (${username})` : username;
}
