import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { root } from "@/lib/ops/run.mjs";

export type TestRun = {
  /** What every process of the run has in its environment: the run's name, by which it is found, and a folder for its temporary files. */
  env: { COUNTERSIGN_TEST_RUN: string; TMPDIR: string };
  /** Ends every process of the run that is still there. Answers with what was left: processes, and files of the temporary folder. */
  sweep(): Promise<string[]>;
  /** Ends the run: nothing of it is left. */
  close(): Promise<void>;
};

/** What tools keep among temporary files for their next start. */
const CACHE = /^(tsx|playwright-transform-cache)-\w+$|^node-compile-cache$/;

/** Begins a run of which nothing is left however this process ends, kill -9 included. */
export function openRun(): TestRun {
  const name = randomBytes(8).toString("hex");
  const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-run-"));
  // Servers of the tests run as other users too.
  chmodSync(folder, 0o1777);
  const args = [path.join(root, "tests/runner/janitor.mjs"), name, folder];
  const janitor = spawn(process.execPath, args, { detached: true, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => janitor.once("close", () => resolve()));
  const lines = createInterface({ input: janitor.stdout })[Symbol.asyncIterator]();
  return {
    env: { COUNTERSIGN_TEST_RUN: name, TMPDIR: folder },
    async sweep() {
      janitor.stdin.write("sweep\n");
      const { value } = await lines.next();
      const processes: string[] = JSON.parse(value ?? "[]");
      const files = readdirSync(folder).filter((file) => !CACHE.test(file));
      return [...processes, ...files.map((file) => `a temporary file: ${file}`)];
    },
    async close() {
      janitor.stdin.end();
      await ended;
    },
  };
}
