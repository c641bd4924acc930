import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { root } from "@/lib/ops/run.mjs";
import { scratchFolder } from "./memory-folder";

export type TestRun = {
  /**
   * The environment of every process of the run: the run's name, by which it is found, its
   * temporary folder, and one on the disk, where files can be linked to those of this clone.
   */
  env: { COUNTERSIGN_TEST_RUN: string; TMPDIR: string; TEST_DISK_FOLDER: string };
  /**
   * Ends the run's remaining processes. Resolves to what was left: processes, and files in the
   * temporary folders.
   */
  sweep(): Promise<string[]>;
  /** Ends the run and removes everything of it. */
  close(): Promise<void>;
};

/** What tools keep among temporary files for their next start. */
const CACHE = /^(tsx|playwright-transform-cache)-\w+$|^node-compile-cache$/;

/** Begins a run that leaves nothing behind, however this process ends, kill -9 included. */
export function openRun(): TestRun {
  const name = randomBytes(8).toString("hex");
  const folder = mkdtempSync(path.join(scratchFolder(), "countersign-run-"));
  // Servers in the tests also run as other users.
  chmodSync(folder, 0o1777);
  const disk = mkdtempSync(path.join(os.tmpdir(), "countersign-disk-"));
  const args = [path.join(root, "tests/runner/janitor.mjs"), name, folder, disk];
  const janitor = spawn(process.execPath, args, { detached: true, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => janitor.once("close", () => resolve()));
  const lines = createInterface({ input: janitor.stdout })[Symbol.asyncIterator]();
  return {
    env: { COUNTERSIGN_TEST_RUN: name, TMPDIR: folder, TEST_DISK_FOLDER: disk },
    async sweep() {
      janitor.stdin.write("sweep\n");
      const { value } = await lines.next();
      const processes: string[] = JSON.parse(value ?? "[]");
      const files = [folder, disk].flatMap((each) => readdirSync(each)).filter((file) => !CACHE.test(file));
      return [...processes, ...files.map((file) => `a temporary file: ${file}`)];
    },
    async close() {
      janitor.stdin.end();
      await ended;
    },
  };
}
