import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ExpectedError } from "./output.mjs";
import { processorTimeOf } from "./processes.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** What ties a Node process to this one: arguments before its program's own, and variables. */
export const dieWithParent = {
  args: ["--import", new URL("./die-with-parent.mjs", import.meta.url).href],
  env: { COUNTERSIGN_PARENT: String(process.pid) },
};
/** @type {Set<ChildProcess>} */
const underWay = new Set();
let closed = false;

/** How long nothing may move before a program counts as stuck, in milliseconds. Nothing has a limit on its whole time. */
export const STILL_MS = 60_000;

/**
 * @import { ChildProcess, ChildProcessByStdio } from "node:child_process"
 * @import { Readable } from "node:stream"
 * @typedef {Record<string, string | undefined>} Env
 * @typedef {{ uid: number, gid: number }} User whom a program runs as
 * @typedef {{ code: number | null, output: string, stuck: boolean }} Ended `stuck`: it was ended,
 *   since nothing had moved
 */

/**
 * @template [Message=unknown]
 * @typedef {object} Watch
 * @property {Env} [env]
 * @property {string} [cwd]
 * @property {number} [stillMs] ends it when nothing has moved for so long: it printed nothing, sent nothing and used no processor time
 * @property {(message: Message) => void} [onMessage] what it sends; from its first message on,
 *   messages and output alone are movement
 */

/**
 * Runs a Node program to its end in a process group of its own. It ends with this process, and when it is stuck; nothing that it started in
 * its group outlives it.
 * @template [Message=unknown]
 * @param {string[]} args the program's file, then its arguments
 * @param {Watch<Message> & { behind?: boolean }} [options] `behind`: with what others leave of the
 *   processors
 * @returns {Promise<Ended>}
 */
export function run(args, { env = process.env, cwd = root, behind = false, ...watch } = {}) {
  if (closed) return new Promise(() => {});
  const [command, ...first] = behind && process.platform !== "win32" ? ["nice", "-n", "19", process.execPath] : [process.execPath];
  const child = spawn(command, [...first, ...dieWithParent.args, ...args], {
    cwd,
    env: asEnvironment({ ...env, ...dieWithParent.env }),
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  return finished(/** @type {Spawned} */ (child), watch);
}

/**
 * Runs any other program to its end, as another user if need be, with the same care but for the lifeline.
 * @param {string} command
 * @param {string[]} args
 * @param {Watch & { user?: User | null }} [options]
 * @returns {Promise<Ended>}
 */
export function runProgram(command, args, { env = process.env, cwd = root, user = null, ...watch } = {}) {
  if (closed) return new Promise(() => {});
  const child = spawn(command, args, { cwd, env: asEnvironment(env), ...user, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  return finished(child, watch);
}

/**
 * Next's types ask for a NODE_ENV in every environment; the programs run here need none.
 * @param {Env} env
 */
const asEnvironment = (env) => /** @type {NodeJS.ProcessEnv} */ (env);

/**
 * Like `run`, for a step of a set-up: anything but success ends it, with the last lines that the
 * program printed.
 * @param {string} title
 * @param {Promise<Ended>} running
 */
export async function runOrThrow(title, running) {
  const { code, output, stuck } = await running;
  if (code === 0 && !stuck) return output;
  const tail = output.trimEnd().split("\n").slice(-40).join("\n");
  throw new ExpectedError(`${title} ${stuck ? "stood still and was ended" : `failed (exit ${code})`}:\n${tail}`);
}

/** Ends everything that is still running, at once. Nothing more is begun: what is asked to run then never comes to its end. */
export function endRuns() {
  closed = true;
  for (const child of underWay) killGroup(child);
}

/** @typedef {ChildProcessByStdio<null, Readable, Readable>} Spawned */

/**
 * @template Message
 * @param {Spawned} child
 * @param {Watch<Message>} watch
 * @returns {Promise<Ended>}
 */
function finished(child, { stillMs = STILL_MS, onMessage }) {
  return new Promise((resolve) => {
    let output = "";
    let stuck = false;
    let moves = 0;
    let speaks = false;
    underWay.add(child);
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
      underWay.delete(child);
      killGroup(child);
      resolve({ code, output, stuck });
    };
    child.once("error", (error) => {
      keep(error.message);
      end(null);
    });
    // "close" waits for grandchildren that hold the pipes: after the exit they have a moment, then the result stands.
    child.once("exit", (code) => setTimeout(() => end(code), 2_000).unref());
    child.once("close", end);
  });
}

/**
 * Counted in turns of this process, so that a machine that slept, or had no time for it, does not
 * count as stillness.
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

/** @param {ChildProcess} child @param {NodeJS.Signals} [signal] */
function killGroup(child, signal = "SIGKILL") {
  if (!child.pid) return;
  try {
    process.kill(-child.pid, signal);
  } catch {}
}
