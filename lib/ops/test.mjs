import "./node-version.mjs";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { findBrowsers, findTools } from "./browser.mjs";
import { buildPages, bundle, bundleTestPrograms, pagesAreBuilt } from "./build.mjs";
import { bun } from "./bun.mjs";
import { makeRoles, newPassword, ROLES } from "./database-roles.mjs";
import { createDatabase, migrate } from "./embedded.mjs";
import { withoutOurs } from "./environments.mjs";
import { generate, install } from "./install.mjs";
import { lockHolder, takeLock } from "./lock.mjs";
import { dim, green, main, red, Stopped, say, seconds, step } from "./output.mjs";
import { startPostgres } from "./postgres.mjs";
import { scratchPlace } from "./postgres-place.mjs";
import { endRuns, root } from "./run.mjs";
import { askedToStop } from "./stopping.mjs";
import { runners, writePageTypes } from "./test-runners.mjs";
import { sum, told } from "./test-summary.mjs";

// npm test                             everything
// npm test -- integration [FILTER …]   one part: lint, types, unit, integration or e2e; only by name: fault, which takes minutes, and bun
const EVERY = ["lint", "types", "unit", "integration", "e2e"];
const PARTS = [...EVERY, "fault", "bun"];
/** Nothing in there outlives the run, so that no commit need wait for the disk. */
const SETTINGS = ["max_connections=300", "fsync=off", "full_page_writes=off"];
const [part, ...filter] = process.argv.slice(2);

await main(async () => {
  if (part && !PARTS.includes(part)) throw new Stopped(`Usage: npm test -- [${PARTS.join(" | ")}] [FILTER …]`);
  const wanted = new Set(part ? [part] : EVERY);
  const reports = path.join(root, ".build/reports");
  mkdirSync(path.dirname(reports), { recursive: true });
  const lock = takeLock(path.join(root, ".build/testing.json"));
  if (lock.holder) throw new Stopped(`The tests are running in this folder already (process ${lock.holder.pid}).`);
  // What a killed run left there must not be taken for this one's.
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports);
  const scratch = { reports, postgres: null, place: null };
  let clean;
  try {
    clean = await Promise.race([test(wanted, scratch), askedToStop().then(() => false)]);
  } finally {
    endRuns();
    await scratch.postgres?.stop();
    for (const folder of [scratch.reports, scratch.place?.remove])
      if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    lock.release();
  }
  process.exit(clean ? 0 : 1);
});

async function test(wanted, scratch) {
  const results = [];
  try {
    await runAll(wanted, scratch, results);
  } catch (error) {
    const message = error instanceof Stopped ? "" : error.stack;
    results.push({ name: "set-up", passed: 0, failures: [{ title: error.message, message }] });
  }
  return sum(results);
}

async function runAll(wanted, scratch, results) {
  const env = { ...withoutOurs(process.env), NO_COLOR: "1" };
  delete env.FORCE_COLOR;
  await setUp(wanted, scratch, env);
  const all = runners({ env, reports: scratch.reports, filter });
  const go = async (name) => {
    if (wanted.has(name)) results.push(await told(name, all[name]));
  };
  say();
  await go("lint");
  await go("unit");
  // One after the other: each part fills the processors by itself, but for the tests on PostgreSQL, which wait now and then.
  const building = wanted.has("e2e") && build(results, { behind: wanted.has("integration") });
  if (building) building.catch(() => undefined);
  await go("integration");
  const built = await building;
  if (wanted.has("types") && !built) await writePageTypes(env);
  await go("types");
  if (built) await go("e2e");
  await go("fault");
  await go("bun");
}

async function setUp(wanted, scratch, env) {
  await step("Packages", install);
  await step("Prisma client", generate);
  if (wanted.has("e2e")) {
    await step("Programs", () => findTools(["openssl", "curl"]));
    await step("Browser", async () => {
      const { browser, headlessShell } = await findBrowsers();
      Object.assign(env, { CHROMIUM_PATH: browser, HEADLESS_SHELL_PATH: headlessShell });
    });
  }
  if (wanted.has("bun")) {
    env.TEST_BUN = bun();
    if (!env.TEST_BUN) throw new Stopped("Bun is not here. Run npm install in tests/bench, which brings it, and try again.");
  }
  if (!["e2e", "integration", "fault", "bun"].some((each) => wanted.has(each))) return;
  await step("Servers", async () => {
    const done = [await bundle(), await bundleTestPrograms()];
    return done.every((each) => each === "skipped") ? "skipped" : undefined;
  });
  await step("PostgreSQL with a migrated template", async () => {
    env.TEST_CLUSTER_URL = await startCluster(scratch);
  });
}

/** A cluster of the tests' own. The roles share the superuser's password there, so that one URL opens it all. */
async function startCluster(scratch) {
  const password = newPassword();
  scratch.place = scratchPlace();
  scratch.postgres = await startPostgres(scratch.place, { password, settings: SETTINGS });
  const url = scratch.postgres.url("postgres");
  await makeRoles(url, Object.fromEntries(ROLES.map((role) => [role, password])));
  await createDatabase(url, "cs_template");
  await migrate({ ...process.env, DATABASE_URL: scratch.postgres.url("cs_template") });
  return url;
}

async function build(results, how) {
  const running = lockHolder(path.join(root, ".data/running.json"));
  if (running && !pagesAreBuilt()) {
    throw new Stopped(
      `Countersign is running from this folder (process ${running.pid}), and the pages must be built again. Stop it first.`,
    );
  }
  const began = performance.now();
  try {
    if ((await buildPages(process.env, how)) !== "skipped") say(`  ${green("✓")} build ${dim(seconds(began))}`);
    return true;
  } catch (error) {
    results.push({ name: "build", passed: 0, failures: [{ title: "next build", message: error.message }] });
    say(`  ${red("✗")} build`);
    return false;
  }
}
