import path from "node:path";
import { parseArgs } from "node:util";
import { buildPages, bundle, bundleTestPrograms, pagesAreBuilt } from "@/lib/ops/build.mjs";
import { withoutOwnVariables } from "@/lib/ops/environments.mjs";
import { generate } from "@/lib/ops/install.mjs";
import { lockHolder, takeLock } from "@/lib/ops/lock.mjs";
import { dim, ExpectedError, green, print, red, seconds, step } from "@/lib/ops/output.mjs";
import { endRuns, root } from "@/lib/ops/run.mjs";
import { stopRequested } from "@/lib/ops/stopping.mjs";
import { findBrowsers } from "@/tests/runner/browser.mjs";
import { bun } from "@/tests/runner/bun";
import { type Cluster, keptCluster, scratchCluster } from "./cluster";
import { nearestTests } from "./nearest-tests";
import {
  lint,
  playwright,
  type Result,
  runAndReport,
  type Selection,
  types,
  unusedExports,
  vitest,
  writePageTypes,
} from "./parts";
import { queriesWithoutRows, writeRowQueries } from "./row-queries";
import { emptyResults, RESULTS, summarize } from "./summary";
import { openRun, type TestRun } from "./test-run";

const EVERY = ["lint", "types", "unit", "integration", "e2e"];
/** Run only by name: fault takes minutes, bun is another runtime, quick is for the inner loop. */
const PARTS = [...EVERY, "fault", "bun", "quick"];
const ON_POSTGRES = ["e2e", "integration", "fault", "bun", "quick"];

const USAGE = `Usage: npm test -- [${PARTS.join(" | ")}] [FILTER …] [--only TITLE]`;

type Scratch = { run: TestRun; env: Record<string, string | undefined>; cluster?: Cluster; results: Result[] };

/** Whether a name is a part of the tests. */
export const isPart = (name: string) => PARTS.includes(name);

/** `npm test [-- PART [FILTER …] [--only TITLE]]`. @returns whether everything passed */
export async function test(args: string[]): Promise<boolean> {
  const { values, positionals } = parsed(args);
  const [part, ...filter] = positionals;
  if (part && !isPart(part)) throw new ExpectedError(USAGE);
  if (part === "quick" && (filter.length > 0 || values.only)) {
    throw new ExpectedError(
      "The quick tests are chosen by what was changed. For a file or a title: npm test -- integration FILTER --only TITLE",
    );
  }
  const wanted = new Set(part ? [part] : EVERY);
  const lock = takeLock(path.join(root, ".build/testing.json"));
  if ("holder" in lock)
    throw new ExpectedError(`The tests are running in this folder already (process ${lock.holder.pid}).`);
  emptyResults();
  const run = openRun();
  const output = { NO_COLOR: "1", FORCE_COLOR: undefined, TEST_OUTPUT_DIR: path.join(root, RESULTS) };
  const scratch: Scratch = { run, env: { ...withoutOwnVariables(process.env), ...run.env, ...output }, results: [] };
  try {
    return await Promise.race([all(wanted, { filter, only: values.only }, scratch), stopRequested().then(() => false)]);
  } finally {
    endRuns();
    await scratch.cluster?.stop();
    await run.close();
    lock.release();
  }
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { only: { type: "string" } } });
  } catch (error) {
    throw new ExpectedError(`${(error as Error).message}\n${USAGE}`);
  }
}

async function all(wanted: Set<string>, selection: Selection, scratch: Scratch): Promise<boolean> {
  const { results } = scratch;
  try {
    await setUp(wanted, scratch);
    print();
    await (wanted.has("quick") ? quick(scratch) : parts(wanted, selection, scratch));
    await lookForLeftovers(scratch);
  } catch (error) {
    const { message, stack = "" } = error as Error;
    const failure = { title: message, message: error instanceof ExpectedError ? "" : stack };
    results.push({ part: "set-up", passed: 0, failures: [failure], timed: [], notes: [] });
  }
  const log = path.join(root, RESULTS, "postgres.log");
  if (results.some(({ failures }) => failures.length > 0)) scratch.cluster?.saveLog(log);
  return summarize(results);
}

async function parts(wanted: Set<string>, selection: Selection, { env, results }: Scratch): Promise<void> {
  const go = async (part: string, work: Parameters<typeof runAndReport>[1]) => {
    if (wanted.has(part)) results.push(await runAndReport(part, work));
  };
  await go("lint", () => lint(env));
  await go("lint", () => unusedExports(env));
  // One after the other, because each part uses all processors. But the tests wait now and then,
  // so what needs no answer runs beside them.
  const behind = wanted.has("unit") || wanted.has("integration");
  const building = wanted.has("e2e") ? build(results, { behind }) : Promise.resolve(false);
  const checking =
    wanted.has("types") && building.then((built) => runAndReport("types", () => typesOf({ built, behind }, env)));
  for (const each of [building, checking]) if (each) each.catch(() => undefined);
  await go("unit", () => vitest("unit", env, selection));
  await go("integration", () => vitest("integration", env, selection));
  if (wanted.has("integration") && selection.filter.length === 0 && !selection.only) results.push(unseenRows());
  const built = await building;
  if (checking) results.push(await checking);
  if (built) await go("e2e", () => playwright("e2e", env, selection, path.join(RESULTS, "e2e")));
  await go("fault", () => vitest("fault", env, selection));
  // Only the gateway's tests, all of them.
  await go("bun", () => vitest("bun", env, selection, { projects: ["integration*"] }));
}

async function typesOf({ built, behind }: { built: boolean; behind: boolean }, env: Scratch["env"]) {
  if (!built) await writePageTypes(env);
  return types(env, { behind });
}

/**
 * What a change since main can break, within half a minute: no build, no browser, and only the
 * tests on PostgreSQL that are nearest to the change.
 */
async function quick({ env, results }: Scratch): Promise<void> {
  const [nearest] = await Promise.all([nearestTests(), writePageTypes(env)]);
  const unit = runAndReport("unit", () => vitest("unit", env, { filter: [] }));
  const checks = [
    runAndReport("lint", () => lint(env)),
    runAndReport("lint", () => unusedExports(env)),
    runAndReport("types", () => types(env)),
  ];
  results.push(...(await Promise.all([...checks, unit])));
  if (nearest.length > 0)
    results.push(await runAndReport("integration", () => vitest("integration", env, { filter: nearest })));
}

async function setUp(wanted: Set<string>, scratch: Scratch): Promise<void> {
  const { env } = scratch;
  await step("Prisma client", generate);
  if (wanted.has("e2e")) {
    await step("Browser", async () => {
      const { browser, headlessShell } = await findBrowsers();
      Object.assign(env, { CHROMIUM_PATH: browser, HEADLESS_SHELL_PATH: headlessShell });
    });
  }
  if (wanted.has("bun")) {
    env.TEST_BUN = bun() ?? undefined;
    if (!env.TEST_BUN)
      throw new ExpectedError("Bun is not here. Run npm install in tests/bench, which brings it, and try again.");
  }
  if (!ON_POSTGRES.some((part) => wanted.has(part))) return;
  await step("Servers", async () => {
    const done = [await bundle(), await bundleTestPrograms()];
    return done.every((each) => each === "skipped") ? "skipped" : undefined;
  });
  if (ON_POSTGRES.some((part) => part !== "e2e" && wanted.has(part))) await step("Types of rows", writeRowQueries);
  await step("PostgreSQL with a migrated template", async () => {
    scratch.cluster = await (wanted.has("quick") ? keptCluster() : scratchCluster());
    env.TEST_CLUSTER_URL = scratch.cluster.url;
    env.TEST_CLUSTER_LOG = scratch.cluster.log;
  });
}

async function build(results: Result[], how: { behind: boolean }): Promise<boolean> {
  const running = lockHolder(path.join(root, ".data/running.json"));
  if (running && !pagesAreBuilt()) {
    throw new ExpectedError(
      `Countersign is running from this folder (process ${running.pid}), and the pages must be built again. Stop it first.`,
    );
  }
  const began = performance.now();
  try {
    if ((await buildPages(process.env, how)) !== "skipped") print(`  ${green("✓")} build ${dim(seconds(began))}`);
    return true;
  } catch (error) {
    const failure = { title: "next build", message: (error as Error).message };
    results.push({ part: "build", passed: 0, failures: [failure], timed: [], notes: [] });
    print(`  ${red("✗")} build`);
    return false;
  }
}

/** Names the statements whose rows no integration test has compared with their declared type. */
function unseenRows(): Result {
  const notes = queriesWithoutRows().map((query) => `no test has read a row of ${query}`);
  return { part: "rows", passed: 0, failures: [], timed: [], notes };
}

/** A test of every run: its suites have left no process, file or database behind. */
async function lookForLeftovers({ run, cluster, results }: Scratch): Promise<void> {
  const databases = (await cluster?.databases()) ?? [];
  const left = [...(await run.sweep()), ...databases.map((name) => `a database: ${name}`)];
  const title = "nothing is left behind";
  const failures = left.length > 0 ? [{ title, message: left.join("\n") }] : [];
  results.push({ part: "leftovers", passed: failures.length > 0 ? 0 : 1, failures, timed: [], notes: [] });
}
