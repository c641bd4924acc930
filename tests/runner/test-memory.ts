import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "@/lib/ops/run.mjs";
import type { Counts, TestDuration } from "./suite-record";

const FILE = path.join(root, ".build/test-memory.json");
/** The assumed duration of a test that has never run here. */
const UNKNOWN_TEST_MS = 100;

/**
 * For the test files of a part: how many tests each had in its last run, and their total duration.
 */
type Remembered = { tests: Counts; ms: Record<string, number> };

/**
 * For the next run's progress, and for what fits into a quick run. A file that has never run here
 * counts as many tests as its text calls.
 */
export function rememberedTests(part: string) {
  const all: Record<string, Remembered> = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : {};
  const { tests, ms } = all[part] ?? { tests: {}, ms: {} };
  const expected = (file: string): number => tests[file] ?? callsIn(file);
  return {
    expected,
    expectedMs: (file: string): number => ms[file] ?? expected(file) * UNKNOWN_TEST_MS,
    remember: (seen: Counts, timed: TestDuration[]): void => {
      const remembered = { tests: { ...tests, ...seen }, ms: { ...ms, ...msByFile(timed) } };
      writeFileSync(FILE, JSON.stringify({ ...all, [part]: remembered }));
    },
  };
}

function msByFile(timed: TestDuration[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { file, ms } of timed) sums[file] = (sums[file] ?? 0) + ms;
  return sums;
}

const callsIn = (file: string): number => {
  const full = path.join(root, file);
  return existsSync(full) ? (readFileSync(full, "utf8").match(/^\s*(?:test|it)(?:\.\w+\(.*?\))?\(/gm)?.length ?? 0) : 0;
};
