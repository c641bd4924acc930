import "./node-version.mjs";
import path from "node:path";
import { banner } from "./banner.mjs";
import { buildPages, bundle } from "./build.mjs";
import { readDotEnv, readSettings } from "./config.mjs";
import { watchServers } from "./dev.mjs";
import { environmentOf } from "./environments.mjs";
import { generate, install } from "./install.mjs";
import { takeLock } from "./lock.mjs";
import { claimOpenFiles } from "./open-files.mjs";
import { bold, ExpectedError, main, print, step } from "./output.mjs";
import { claimPort } from "./ports.mjs";
import { migrate, startEmbedded } from "./postgres/embedded.mjs";
import { checkExternal, excessRights } from "./postgres/external.mjs";
import { endRuns, root } from "./run.mjs";
import { makeDataFolder } from "./secrets.mjs";
import { stopRequested } from "./stopping.mjs";
import { superviseServers, untilOk } from "./supervise.mjs";

/**
 * What a start has started so far.
 * @typedef {object} Parts
 * @property {{ stop(): Promise<void> } | null} postgres
 * @property {ReturnType<typeof superviseServers> | null} servers
 * @property {{ stop(): Promise<unknown> } | null} watch
 * @property {boolean} over
 * @property {(sentence: string) => void} onDeath called if any of it ends by itself
 */

const dev = process.argv.includes("--dev");
const mode = dev ? "development" : "production";

await main(async () => {
  readDotEnv(root);
  const settings = readSettings();
  claimOpenFiles("Countersign", 256);
  const dataFolder = makeDataFolder(root);
  const lock = takeLock(path.join(dataFolder, "running.json"), { origin: settings.origin });
  if ("holder" in lock)
    throw new ExpectedError(
      `Countersign is running from this folder already (process ${lock.holder.pid}): ${lock.holder.origin}`,
    );
  /** @type {Parts} */
  const parts = { postgres: null, servers: null, watch: null, over: false, onDeath: () => {} };
  /** @type {Promise<string>} */
  const death = new Promise((resolve) => {
    parts.onDeath = resolve;
  });
  const stopped = stopRequested();
  try {
    await Promise.race([setUp({ settings, dataFolder, parts, patience: lock.recovered ? 10_000 : 0 }), death, stopped]);
    const sentence = await Promise.race([death, stopped]);
    if (sentence) throw new ExpectedError(`${sentence} Everything else was stopped.`);
    print("\n  Stopping …");
  } finally {
    parts.over = true;
    endRuns();
    await parts.watch?.stop();
    await parts.servers?.stopAll();
    await parts.postgres?.stop();
    lock.release();
  }
  process.exit(0);
});

/**
 * @typedef {object} Start
 * @property {ReturnType<typeof readSettings>} settings
 * @property {string} dataFolder
 * @property {Parts} parts
 * @property {number} patience how long it waits for a port, in milliseconds
 */

/**
 * Starts everything and puts it into `parts`, whose `onDeath` is called if one ends by itself.
 * @param {Start} start
 */
async function setUp({ settings, dataFolder, parts, patience }) {
  const { host, ports, origin, external } = settings;
  for (const [variable, port] of Object.entries(ports)) await claimPort({ variable, port, host, patience });
  print(`\n  ${bold("Countersign")}\n`);
  await step("Packages", install);
  await step("Prisma client", generate);
  await step("Servers", () => bundle());
  const { values, folders } = await database({ external, dataFolder, parts });
  if (!dev) await step("Pages", () => buildPages(values));
  const servers = superviseServers(parts.onDeath);
  parts.servers = servers;
  const gateway = `http://${reachable(host)}:${ports.GATEWAY_PORT}`;
  const own = {
    PORT: String(ports.PORT),
    GATEWAY_PORT: String(ports.GATEWAY_PORT),
    HOST: host,
    PUBLIC_ORIGIN: origin,
    PUBLIC_GATEWAY_URL: process.env.PUBLIC_GATEWAY_URL || gateway,
    NEXTAUTH_URL: origin,
  };
  await step("Dashboard, gateway and worker", async () => {
    await startServers({ ...values, ...own }, servers, parts);
    await Promise.all([
      untilOk(`${gateway}/readyz`, 60_000),
      untilOk(`http://${reachable(host)}:${ports.PORT}/api/health`, 120_000),
      servers.ready("worker", 120_000),
    ]);
  });
  // One of them has just ended, and the others are being stopped.
  if (parts.over) return;
  await banner({
    origin,
    gateway,
    upstream: values.UPSTREAM_URL,
    mail: values.DEMO_MAIL_DIR && `${origin}/dev/mail`,
    demoFile: external ? null : path.join(dataFolder, "demo.json"),
    folders,
  });
  servers.showOutput();
}

/**
 * @param {{ external: boolean, dataFolder: string, parts: Parts }} start
 * @returns {Promise<{ values: import("./run.mjs").Env, folders: string[] }>}
 */
async function database({ external, dataFolder, parts }) {
  if (external) {
    await step("Database", async () => {
      await checkExternal(process.env);
      await migrate(process.env);
    });
    for (const sentence of await excessRights(process.env)) print(`    ${sentence}`);
    return { values: { ...process.env, DEMO_MAIL_DIR: "" }, folders: [] };
  }
  /** @param {import("./postgres/postgres.mjs").Postgres} postgres */
  const onStart = (postgres) => {
    parts.postgres = postgres;
    postgres.ended.then((how) => parts.onDeath(`PostgreSQL ended by itself (${how}).`));
  };
  return startEmbedded({ dataFolder, values: process.env, onStart });
}

/**
 * @param {import("./run.mjs").Env} values
 * @param {ReturnType<typeof superviseServers>} servers
 * @param {Parts} parts
 */
async function startServers(values, servers, parts) {
  /** @param {"dashboard" | "gateway" | "worker"} name @param {string[]} [args] */
  const start = (name, args) => servers.start(name, environmentOf(name, values, mode), args);
  if (dev) parts.watch = await watchServers(["gateway", "worker"], start);
  await Promise.all([start("gateway"), start("worker"), start("dashboard", dev ? ["--dev"] : [])]);
}

/**
 * An address that reaches the server from this machine, also if it listens on all addresses.
 * @param {string} host
 */
function reachable(host) {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
