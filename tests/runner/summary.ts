import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bold, dim, print, red } from "@/lib/ops/output.mjs";
import { root } from "@/lib/ops/run.mjs";
import type { Result } from "./parts";
import type { Failure } from "./suite-record";

/** The folder for details of a failing run. Emptied when the next run begins. */
export const RESULTS = "test-results";
const SLOWEST = 10;
const LINES = 60;

export function emptyResults(): void {
  rmSync(path.join(root, RESULTS), { recursive: true, force: true });
  mkdirSync(path.join(root, RESULTS));
}

/**
 * Prints the failures and how to run them again, the slowest tests, and the total. @returns
 * whether everything passed
 */
export function summarize(results: Result[]): boolean {
  const failures = results.flatMap(({ part, failures }) => failures.map((failure) => ({ part, ...failure })));
  failures.forEach(printFailure);
  if (failures.length > 0)
    print(`\nIn ${RESULTS}/: each failure whole, the servers' logs, and of browser tests screenshots and traces.`);
  const slowest = results.flatMap(({ timed }) => timed).sort((one, other) => other.ms - one.ms);
  if (slowest.length > SLOWEST) {
    print("\nThe slowest:");
    for (const { part, title, ms } of slowest.slice(0, SLOWEST))
      print(dim(`  ${(ms / 1000).toFixed(1).padStart(6)} s  ${part}: ${title}`));
  }
  for (const note of results.flatMap(({ notes }) => notes)) print(`Note: ${note}`);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  print(`\n${passed} passed, ${failures.length} failed`);
  return failures.length === 0;
}

function printFailure({ part, title, file, message, output }: Failure & { part: string }, index: number): void {
  const again = commandOf({ part, title, file });
  print(`\n${red("✗")} ${bold(`${part}: ${title}`)}`);
  const lines = message
    .trimEnd()
    .split("\n")
    .filter((line) => !/^\s+at (new Promise |.*(node_modules|node:internal)\/)/.test(line));
  for (const line of lines.slice(0, LINES)) print(`    ${line}`);
  print(`    ${dim("Again:")} ${again}`);
  const text = [`${part}: ${title}`, file ?? "", again, message, output ?? ""].join("\n\n");
  writeFileSync(path.join(root, RESULTS, `failure-${index + 1}.txt`), text);
}

function commandOf({ part, title, file }: Pick<Failure, "title" | "file"> & { part: string }): string {
  if (!file) return `npm test -- ${part}`;
  return `npm test -- ${part} ${file} --only '${title.replaceAll("'", `'\\''`)}'`;
}
