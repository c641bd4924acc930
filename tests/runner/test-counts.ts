import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "@/lib/ops/run.mjs";
import type { Counts } from "./suite-record";

const FILE = path.join(root, ".build/test-counts.json");

/** How many tests each file of a part had when it last ran, for the progress of the next run; where that is not known, as many as its text calls. */
export function rememberedCounts(part: string) {
  const all: Record<string, Counts> = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : {};
  const counts = all[part] ?? {};
  return {
    expected: (file: string): number => counts[file] ?? callsIn(file),
    remember: (seen: Counts): void => writeFileSync(FILE, JSON.stringify({ ...all, [part]: { ...counts, ...seen } })),
  };
}

const callsIn = (file: string): number => {
  const full = path.join(root, file);
  return existsSync(full) ? (readFileSync(full, "utf8").match(/^\s*(?:test|it)(?:\.\w+\(.*?\))?\(/gm)?.length ?? 0) : 0;
};
