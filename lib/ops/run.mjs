import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ExpectedError } from "./output.mjs";
import { processorTimeOf } from "./processes.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** Makes a Node process end with this one: arguments before its program's own, and variables. */
export const dieWithParent = {
  args: ["--import", new URL("./die-with-parent.mjs", import.meta.url).href],
  env: { COUNTERSIGN_PARENT: String(process.pid) },
};
/** @type {Set<ChildProcess>} */
const children = new Set();
let closed = false;

/** Milliseconds without activity after which a program is stuck. Its total time has no limit. */
export const STALL_MS = 60_000;

/**
 * @import { ChildProcess, ChildProcessByStdio } from "node:child_process"
 * @import { Readable } from "node:stream"
 * @typedef {Record<string, string | undefined>} Env
 * @typedef {{ uid: number, gid: number }} User whom a program runs as
 * @typedef {{ code: number | null, output: string, stuck: boolean }} Ended
 *   `stuck`: it was ended because it showed no activity
 */

/**
 * @template [Message=unknown]
 * @typedef {object} Watch
 * @property {Env} [env]
 * @property {string} [cwd]
 * @property {number} [stillMs] ends the program after this long without activity: it printed and
 *   sent nothing, and used no processor time. Infinity: never
 * @property {(message: Message) => void} [onMessage] gets its messages; after the first one,
 *   processor time no longer counts as activity
 */

/**
 * Runs a Node program to its end in its own process group. It also ends if this process ends or
 * if it is stuck. Nothing that it started in its group outlives it.
 * @template [Message=unknown]
 * @param {string[]} args the program's file, then its arguments
 * @param {Watch<Message> & { behind?: boolean }} [options] `behind`: at the lowest priority (nice
 *   19)
 * @returns {Promise<Ended>}
 */
export function run(args, { env = process.env, cwd = root, behind = false, ...watch } = {}) {
  if (closed) return new Promise(() => {});
  const [command, ...first] =
    behind && process.platform !== "win32" ? ["nice", "-n", "19", process.execPath] : [process.execPath];
  const child = spawn(command, [...first, ...dieWithParent.args, ...args], {
    cwd,
    env: asEnvironment({ ...env, ...dieWithParent.env }),
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  return finished(/** @type {Spawned} */ (child), watch);
}

/**
 * Runs any other program to its end in the same way, optionally as another user. It does not end
 * by itself if this process ends (lib/ops/die-with-parent).
 * @param {string} command
 * @param {string[]} args
 * @param {Watch & { user?: User | null }} [options]
 * @returns {Promise<Ended>}
 */
export function runProgram(command, args, { env = process.env, cwd = root, user = null, ...watch } = {}) {
  if (closed) return new Promise(() => {});
  const child = spawn(command, args, {
    cwd,
    env: asEnvironment(env),
    ...user,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return finished(child, watch);
}

/**
 * Next's types ask for a NODE_ENV in every environment; the programs run here need none.
 * @param {Env} env
 */
const asEnvironment = (env) => /** @type {NodeJS.ProcessEnv} */ (env);

/**
 * Awaits a run of the set-up. Fails unless it succeeded, with the last lines that it printed.
 * @param {string} title
 * @param {Promise<Ended>} running
 */
export async function runOrThrow(title, running) {
  const { code, output, stuck } = await running;
  if (code === 0 && !stuck) return output;
  const tail = output.trimEnd().split("\n").slice(-40).join("\n");
  throw new ExpectedError(`${title} ${stuck ? "stood still and was ended" : `failed (exit ${code})`}:\n${tail}`);
}

/** Kills everything that still runs. Later calls start nothing; their promises never settle. */
export function endRuns() {
  closed = true;
  for (const child of children) killGroup(child);
}

/** @typedef {ChildProcessByStdio<null, Readable, Readable>} Spawned */

/**
 * @template Message
 * @param {Spawned} child
 * @param {Watch<Message>} watch
 * @returns {Promise<Ended>}
 */
function finished(child, { stillMs = STALL_MS, onMessage }) {
  return new Promise((resolve) => {
    let output = "";
    let stuck = false;
    let moves = 0;
    let speaks = false;
    children.add(child);
    /** @param {string} chunk */
    const keep = (chunk) => {
      moves++;
      output = (output + chunk).slice(-200_000);
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.on("message", (/** @type {Message} */ message) => {
      moves++;
      speaks = Boolean(onMessage);
      onMessage?.(message);
    });
    const state = () => (speaks ? moves : `${moves} ${processorTimeOf(child.pid)}`);
    /** @type {NodeJS.Timeout | undefined} */
    let grace;
    const unwatch = whenStill(state, stillMs, () => {
      stuck = true;
      killGroup(child, "SIGTERM");
      grace = setTimeout(() => killGroup(child), 3_000);
    });
    /** @param {number | null} code */
    const end = (code) => {
      unwatch();
      clearTimeout(grace);
      children.delete(child);
      killGroup(child);
      resolve({ code, output, stuck });
    };
    child.once("error", (error) => {
      keep(error.message);
      end(null);
    });
    // "close" waits for grandchildren that hold the pipes. They get 2 s after the exit.
    child.once("exit", (code) => setTimeout(() => end(code), 2_000).unref());
    child.once("close", end);
  });
}

/**
 * Counts turns of this process: time when the machine slept or was overloaded does not count.
 * @param {() => string | number} state
 * @param {number} stillMs
 * @param {() => void} then
 */
function whenStill(state, stillMs, then) {
  const turn = Math.min(1_000, stillMs / 4);
  let [last, still] = [state(), 0];
  const timer = setInterval(() => {
    const now = state();
    still = now === last ? still + turn : 0;
    last = now;
    if (still < stillMs) return;
    clearInterval(timer);
    then();
  }, turn);
  return () => clearInterval(timer);
}

/**
 * Ends what runs in the group of a program that leads one, also after the program has ended.
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} [signal]
 */
export function killGroup(child, signal = "SIGKILL") {
  if (!child.pid) return;
  try {
    process.kill(-child.pid, signal);
  } catch {}
}
