import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compressStatic } from "./compress-static.mjs";
import { environmentOf } from "./environments.mjs";
import { fingerprint, isFresh, skipIfFresh } from "./fingerprint.mjs";
import { installHash } from "./install.mjs";
import { root, run, runOrThrow } from "./run.mjs";

const ENTRIES = {
  dashboard: "lib/dashboard/main.ts",
  gateway: "lib/gateway/main.ts",
  worker: "lib/worker/main.ts",
  admin: "lib/ops/admin/main.ts",
  sealing: "lib/gateway/sealing/main.ts",
  migrate: "lib/ops/migrate.ts",
  seed: "prisma/seed.ts",
};

/** Programs that a small launcher starts, which then loads them. */
const SERVERS = ["dashboard", "gateway", "worker"];
const LAUNCH = "lib/ops/launch.ts";

const PAGES = [
  "app",
  "components",
  "lib",
  "prisma/schema.prisma",
  "public",
  "proxy.ts",
  "next.config.ts",
  "postcss.config.mjs",
  "tsconfig.json",
];
const pagesMark = path.join(root, ".next/countersign");
const pagesHash = () => fingerprint(PAGES, installHash(), ["lib/gateway", "lib/ops", "lib/worker"]);

/** @typedef {keyof typeof ENTRIES} Entry */

/**
 * Bundles each program into one file under .build/, a server into two: launcher and server. Each
 * has a mark of its own, because a command may bundle one program and npm start bundles all.
 */
export async function bundle(names = /** @type {Entry[]} */ (Object.keys(ENTRIES))) {
  const hash = fingerprint(["lib", "prisma", "tsconfig.json"], installHash());
  const stale = names.filter((name) => !isFresh(markOf(name), hash));
  if (stale.length === 0) return "skipped";
  forgetBundles(stale);
  const { build, stop } = await import("esbuild");
  await build(bundleOptions(stale));
  await stop();
  for (const name of stale) writeFileSync(markOf(name), hash);
}

/** The next start bundles these programs, whatever is there. @param {Entry[]} names */
export function forgetBundles(names) {
  const folder = path.join(root, ".build");
  // Versions before 0.4 have one mark for the programs of a command. Back at one of them, it would
  // say that the programs here are that version's.
  const joined = existsSync(folder) ? readdirSync(folder).filter((name) => /^\.\w+\+/.test(name)) : [];
  for (const mark of [...names.map(markOf), ...joined.map((name) => path.join(folder, name))])
    rmSync(mark, { force: true });
}

/** @param {Entry} name */
const markOf = (name) => path.join(root, ".build", `.${name}`);

const TEST_PROGRAMS = "tests/kit/gateway/programs";

/** Bundles each program that only tests start into one file under .build/tests/. */
export function bundleTestPrograms() {
  const hash = fingerprint(["lib", "prisma", "tests/kit", "tsconfig.json"], installHash());
  return skipIfFresh(path.join(root, ".build/tests/.fresh"), hash, async () => {
    const entryPoints = readdirSync(path.join(root, TEST_PROGRAMS)).map((name) => path.join(root, TEST_PROGRAMS, name));
    const { build, stop } = await import("esbuild");
    await build({ ...bundleOptions([]), entryPoints, outdir: path.join(root, ".build/tests") });
    await stop();
  });
}

/**
 * esbuild's options, for a build and for a watch.
 * @param {Entry[]} names
 * @returns {import("esbuild").BuildOptions}
 */
export function bundleOptions(names) {
  return {
    entryPoints: Object.fromEntries(names.flatMap(entriesOf)),
    outdir: path.join(root, ".build"),
    outExtension: { ".js": ".mjs" },
    absWorkingDir: root,
    tsconfig: path.join(root, "tsconfig.json"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: true,
    logLevel: "silent",
  };
}

/** @param {Entry} name @returns {[string, string][]} */
function entriesOf(name) {
  const entry = path.join(root, ENTRIES[name]);
  if (!SERVERS.includes(name)) return [[name, entry]];
  return [
    [name, path.join(root, LAUNCH)],
    [`${name}-main`, entry],
  ];
}

/**
 * Builds the pages, unless they were already built from the same files.
 * @param {import("./run.mjs").Env} values
 */
export function buildPages(values = process.env, { behind = false } = {}) {
  if (!existsSync(path.join(root, ".next/BUILD_ID"))) rmSync(pagesMark, { force: true });
  return skipIfFresh(pagesMark, pagesHash(), async () => {
    await runOrThrow(
      "next build",
      run(["node_modules/next/dist/bin/next", "build"], { env: environmentOf("build", values), behind }),
    );
    await compressStatic();
  });
}

export const pagesAreBuilt = () => isFresh(pagesMark, pagesHash());
