import path from "node:path";
import { fingerprint, skipIfFresh } from "@/lib/ops/fingerprint.mjs";
import { installHash } from "@/lib/ops/install.mjs";
import { dim, green, print, red, seconds } from "@/lib/ops/output.mjs";
import { root, run, runOrThrow } from "@/lib/ops/run.mjs";
import { showProgress } from "./progress";
import { PASSED, type SuiteEvent } from "./suite-events";
import { type PartResult, SuiteRecord } from "./suite-record";
import { rememberedTests } from "./test-memory";

const bin = {
  biome: "node_modules/@biomejs/biome/bin/biome",
  knip: "node_modules/knip/bin/knip.js",
  tsc: "node_modules/typescript/bin/tsc",
  next: "node_modules/next/dist/bin/next",
  vitest: "node_modules/vitest/vitest.mjs",
  playwright: "node_modules/@playwright/test/cli.js",
};
const reporter = (name: string) => path.join(root, "tests/runner", `${name}-reporter.ts`);

/**
 * Where Playwright keeps the tests as JavaScript. Among a run's temporary files they would be
 * deleted with it.
 */
const TRANSFORMED = path.join(root, "node_modules/.cache/playwright-transform");

/** After this time without progress, a suite counts as stuck. */
const STILL_SECONDS = Number(process.env.TEST_STILL_SECONDS ?? 60);

type Env = Record<string, string | undefined>;
export type Result = PartResult & { part: string };
/** Which tests of a part to run: files or folders, and the full title of one test. */
export type Selection = { filter: string[]; only?: string | undefined };

/** Runs one part and prints its result on one line. */
export async function runAndReport(part: string, work: () => Promise<PartResult>): Promise<Result> {
  const began = performance.now();
  const found = await work();
  const failed = found.failures.length;
  const line = `${part}: ${found.passed} passed${failed > 0 ? `, ${failed} failed` : ""} ${dim(seconds(began))}`;
  print(`  ${failed > 0 ? red("✗") : green("✓")} ${line}`);
  return { part, ...found };
}

export const lint = (env: Env) =>
  check("lint", [bin.biome, "check", "--colors=off", "--reporter=concise", "--max-diagnostics=none", "."], env);

/** Whether every export is used by another file, and every file by something. */
export const unusedExports = (env: Env) =>
  check("unused exports", [bin.knip, "--no-progress", "--no-config-hints"], env);

export const types = (env: Env, how: { behind?: boolean } = {}) =>
  check("types", [bin.tsc, "--noEmit", "--pretty", "false", "--singleThreaded"], env, how);

/** The page types that tsc needs, if neither a build nor an earlier run has written them. */
export const writePageTypes = (env: Env) =>
  skipIfFresh(
    path.join(root, ".next/types/.countersign"),
    fingerprint(["app", "proxy.ts", "next.config.ts"], installHash()),
    async () => {
      await runOrThrow("next typegen", run([bin.next, "typegen"], { env }));
    },
  );

export function vitest(
  part: string,
  env: Env,
  selection: Selection,
  { projects = [`${part}*`] } = {},
): Promise<PartResult> {
  const args = [
    bin.vitest,
    "run",
    `--reporter=${reporter("vitest")}`,
    ...projects.map((project) => `--project=${project}`),
  ];
  if (selection.only) args.push("-t", `^${escaped(selection.only)}$`);
  return suite(part, args, selection, env);
}

export function playwright(part: string, env: Env, selection: Selection, outputDir: string): Promise<PartResult> {
  const args = [bin.playwright, "test", `--reporter=${reporter("playwright")}`, `--output=${outputDir}`];
  if (selection.only) args.push("--grep", `(^| )${escaped(selection.only)}$`);
  return suite(part, args, selection, { ...env, PLAYWRIGHT_TRANSFORM_CACHE_DIR: TRANSFORMED });
}

/** A stuck test ends its process. The files that were not loaded by then run in a new one. */
async function suite(part: string, args: string[], { filter, only }: Selection, env: Env): Promise<PartResult> {
  const memory = rememberedTests(part);
  const record = new SuiteRecord(part, memory.expected);
  const hide = showProgress(record);
  const take = (event: SuiteEvent) => {
    record.take(event);
    if (event.kind === "end" && event.status !== PASSED) printAtOnce(event);
  };
  try {
    for (let files = filter; ; ) {
      const ended = await run([...args, ...files], { env, stillMs: STILL_SECONDS * 1_000, onMessage: take });
      const { found, counts: seen, left } = record.end({ ...ended, stillSeconds: STILL_SECONDS });
      memory.remember(seen, only ? [] : found.timed);
      if (left.length === 0) return found;
      print(
        `  ${red("✗")} ${part}: its process is gone; the ${left.length} files that it had not read have another one`,
      );
      files = left;
    }
  } finally {
    hide();
  }
}

async function check(title: string, args: string[], env: Env, { behind = false } = {}): Promise<PartResult> {
  const began = performance.now();
  const { code, output, stuck } = await run(args, { env, behind });
  const timed = [{ part: title, title, file: "", ms: performance.now() - began }];
  if (code === 0 && !stuck) return { passed: 1, failures: [], timed, notes: [] };
  const message = `${stuck ? "Nothing had moved for 60 s, and it was ended.\n" : ""}${output.trimEnd().split("\n").slice(-60).join("\n")}`;
  return { passed: 0, failures: [{ title, message }], timed, notes: [] };
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** The whole reason is printed at the end, but a run that is interrupted never gets there. */
function printAtOnce({
  title,
  message,
  status,
}: {
  title: string;
  message?: string | undefined;
  status: string;
}): void {
  const [reason = ""] = (message || `It was ${status}.`).trimStart().split("\n");
  print(`  ${red("✗")} ${title}\n    ${dim(reason.slice(0, 200))}`);
}
