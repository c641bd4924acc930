import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

/** Nearly every test on PostgreSQL makes its people and keys with the kit, so that what the kit imports reaches them all. */
const KIT = "tests/kit/";

/** The test files that a change reaches, the nearest first, and the changed files that no test imports. */
export type Reached = { tests: string[]; unseen: string[] };

/** The commit where the change in a folder began: on a branch where it left main, on main what was pushed; where that is not known, the last one. */
export function changedSince(folder: string): string {
  const git = (...args: string[]) => gitIn(folder, args);
  const main = git("rev-parse", "--verify", "--quiet", "main");
  const from = main === git("rev-parse", "HEAD") ? "origin/main" : "main";
  return git("merge-base", "HEAD", from) || "HEAD";
}

/** The files that differ from a commit, those that git does not know yet included. */
export function changedFiles(folder: string, since: string): string[] {
  const lists = [
    ["diff", "--name-only", "--relative", since],
    ["ls-files", "--others", "--exclude-standard"],
  ].map((args) => gitIn(folder, args));
  return [...new Set(lists.join("\n").split("\n").filter(Boolean))];
}

/**
 * Which tests import what was changed, through any number of files, and how far away. The way does not lead through tests/kit, unless
 * the kit itself was changed: those tests use the change, and are not about it.
 */
export async function testsReachedBy(changed: string[], folder: string): Promise<Reached> {
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
    tests: reached.sort((one, other) => (distance.get(one) ?? 0) - (distance.get(other) ?? 0) || one.localeCompare(other)),
    unseen: changed.filter((file) => !importers.has(file) && !reached.includes(file)),
  };
}

/** The first of the files that together are expected to take no longer; at least one. */
export function within(ms: number, files: string[], expectedMs: (file: string) => number): string[] {
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

/** For each file the files that import it. */
async function importersOf(tests: string[], folder: string): Promise<Map<string, string[]>> {
  const { metafile } = await build({
    stdin: { contents: tests.map((file) => `import "./${file}";`).join("\n"), resolveDir: folder },
    ...{ absWorkingDir: folder, outdir: "unwritten", write: false, metafile: true },
    ...{ bundle: true, packages: "external", platform: "node", format: "esm", target: "node20", jsx: "automatic", logLevel: "silent" },
    loader: { ".css": "empty", ".wasm": "empty", ".wat": "empty" },
  });
  const importers = new Map<string, string[]>();
  for (const [importer, { imports }] of Object.entries(metafile.inputs))
    for (const { path: file, external } of imports) if (!external) importers.set(file, [...(importers.get(file) ?? []), importer]);
  return importers;
}

function gitIn(folder: string, args: string[]): string {
  try {
    return execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}
