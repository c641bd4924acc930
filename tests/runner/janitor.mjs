// Cleans up after one run of the tests. It is a separate process, in plain JavaScript so that it
// starts at once, and holds a pipe from the run. On the line "sweep" it ends what is left of the
// run's processes and reports them. When the pipe ends, whatever ended the other side (kill -9
// included), it does the same, removes the run's folders, and ends.
import { readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

const [run = "", ...folders] = process.argv.slice(2);
const TAG = `COUNTERSIGN_TEST_RUN=${run}`;
const POLITE_MS = 3_000;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
process.stdout.on("error", () => {});
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "sweep") process.stdout.write(`${JSON.stringify(await sweep())}\n`);
}
await sweep();
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

/**
 * Asks every process of the run to end, then kills the rest. @returns {Promise<string[]>} their
 * command lines
 */
async function sweep() {
  const found = new Map(tagged());
  for (const pid of found.keys()) signal(pid, "SIGTERM");
  for (const until = Date.now() + POLITE_MS; tagged().length > 0 && Date.now() < until; ) await delay(50);
  // Repeated, because a process can start others before it is killed.
  for (let left = tagged(); left.length > 0; left = tagged()) {
    for (const [pid, command] of left) {
      found.set(pid, command);
      signal(pid, "SIGKILL");
    }
    await delay(20);
  }
  return [...found.values()];
}

/**
 * Every process of the run. Its environment, which children inherit, has the run's name; or its
 * working directory or command line is in one of the run's folders (nginx writes its title over its
 * environment). Only Linux can show this; elsewhere only the run's process groups are ended.
 * @returns {[pid: number, command: string][]}
 */
function tagged() {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      const places = `${command} ${readlinkSync(`/proc/${pid}/cwd`)}/`;
      const isOurs = environmentOf(pid).includes(TAG) || folders.some((folder) => places.includes(`${folder}/`));
      return isOurs ? [[Number(pid), command]] : [];
    } catch {
      return [];
    }
  });
}

/** @param {string} pid */
function environmentOf(pid) {
  return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
}

/** @param {number} pid @param {NodeJS.Signals} name */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {}
}
