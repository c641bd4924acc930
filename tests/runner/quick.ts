import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

/**
 * Nearly every test on PostgreSQL creates its people and keys with the kit, so what the kit
 * imports reaches all of them.
 */
const KIT = "tests/kit/";

/**
 * The test files that a change reaches, nearest first, and the changed files that no test imports.
 */
export type ReachedTests = { tests: string[]; unseen: string[] };

/**
 * The commit where a change began: on a branch, where it left main; on main, what was pushed;
 * otherwise the last commit.
 */
export function changedSince(folder: string): string {
  const git = (...args: string[]) => gitIn(folder, args);
  const main = git("rev-parse", "--verify", "--quiet", "main");
  const from = main === git("rev-parse", "HEAD") ? "origin/main" : "main";
  return git("merge-base", "HEAD", from) || "HEAD";
}

/** The files that differ from a commit, including untracked ones. */
export function changedFiles(folder: string, since: string): string[] {
  const lists = [
    ["diff", "--name-only", "--relative", since],
    ["ls-files", "--others", "--exclude-standard"],
  ].map((args) => gitIn(folder, args));
  return [...new Set(lists.join("\n").split("\n").filter(Boolean))];
}

/**
 * Which tests import the changed files, through any number of other files, and how far away they
 * are. Paths do not go through tests/kit unless the kit itself changed: those tests use the
 * change, but they are not about it.
 */
export async function testsReachedBy(changed: string[], folder: string): Promise<ReachedTests> {
  const tests = testFiles(folder);
  const importers = await importersOf(tests, folder);
  const distance = new Map(changed.map((file) => [file, 0]));
  for (const [file, steps] of distance) {
    for (const importer of importers.get(file) ?? []) {
      if (distance.has(importer) || (importer.startsWith(KIT) && !file.startsWith(KIT))) continue;
      distance.set(importer, steps + 1);
    }
  }
  const reached = tests.filter((file) => distance.has(file));
  return {
    tests: reached.sort(
      (one, other) => (distance.get(one) ?? 0) - (distance.get(other) ?? 0) || one.localeCompare(other),
    ),
    unseen: changed.filter((file) => !importers.has(file) && !reached.includes(file)),
  };
}

/** The first files whose expected total duration is within `ms`; at least one file. */
export function firstWithin(ms: number, files: string[], expectedMs: (file: string) => number): string[] {
  let sum = 0;
  const first = files.findIndex((file, index) => {
    sum += expectedMs(file);
    return index > 0 && sum > ms;
  });
  return first < 0 ? files : files.slice(0, first);
}

const testFiles = (folder: string) =>
  ["tests/unit", "tests/integration"].flatMap((under) =>
    readdirSync(path.join(folder, under), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `${under}/${name.replaceAll(path.sep, "/")}`),
  );

/** The importers of each file. */
async function importersOf(tests: string[], folder: string): Promise<Map<string, string[]>> {
  const { metafile } = await build({
    stdin: { contents: tests.map((file) => `import "./${file}";`).join("\n"), resolveDir: folder },
    ...{ absWorkingDir: folder, outdir: "unwritten", write: false, metafile: true },
    ...{
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      target: "node20",
      jsx: "automatic",
      logLevel: "silent",
    },
    loader: { ".css": "empty", ".wasm": "empty", ".wat": "empty" },
  });
  const importers = new Map<string, string[]>();
  for (const [importer, { imports }] of Object.entries(metafile.inputs))
    for (const { path: file, external } of imports)
      if (!external) importers.set(file, [...(importers.get(file) ?? []), importer]);
  return importers;
}

function gitIn(folder: string, args: string[]): string {
  try {
    return execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}
