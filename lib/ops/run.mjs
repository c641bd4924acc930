import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Stopped } from "./output.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** What ties a Node process to this one: arguments before its program's own, and variables. */
export const lifeline = {
  args: ["--import", new URL("./lifeline.mjs", import.meta.url).href],
  env: { COUNTERSIGN_PARENT: String(process.pid) },
};
const underWay = new Set();

/**
 * Runs a Node program to its end in a process group of its own. It ends with this process, and when its time is over.
 * @param {string[]} args the program's file, then its arguments
 * @param {{ env?: Record<string, string>, limit: number, cwd?: string, behind?: boolean }} options `limit` in milliseconds; `behind`: with what
 *   others leave of the processors
 * @returns {Promise<{ code: number | null, output: string, timedOut: boolean }>}
 */
export function run(args, { env = process.env, limit, cwd = root, behind = false }) {
  const [command, ...first] = behind && process.platform !== "win32" ? ["nice", "-n", "19", process.execPath] : [process.execPath];
  const child = spawn(command, [...first, ...lifeline.args, ...args], {
    cwd,
    env: { ...env, ...lifeline.env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  return finished(child, limit);
}

/** Runs any other program to its end, as another user if need be, with the same care but for the lifeline. */
export function runProgram(command, args, { env = process.env, limit, cwd = root, user = null }) {
  return finished(spawn(command, args, { cwd, env, ...user, detached: true, stdio: ["ignore", "pipe", "pipe"] }), limit);
}

/** Like `run`, for a step of a set-up: anything but success ends it, with the last lines that the program printed. */
export async function must(title, running) {
  const { code, output, timedOut } = await running;
  if (code === 0 && !timedOut) return output;
  const tail = output.trimEnd().split("\n").slice(-40).join("\n");
  throw new Stopped(`${title} ${timedOut ? "took too long and was ended" : `failed (exit ${code})`}:\n${tail}`);
}

/** Ends everything that is still running, at once. */
export function endRuns() {
  for (const child of underWay) killGroup(child);
}

function finished(child, limit) {
  return new Promise((resolve) => {
    let output = "";
    let timedOut = false;
    underWay.add(child);
    const keep = (chunk) => {
      output = (output + chunk).slice(-200_000);
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    let grace;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child, "SIGTERM");
      grace = setTimeout(() => killGroup(child), 3_000);
    }, limit);
    const end = (code) => {
      for (const each of [timer, grace]) clearTimeout(each);
      underWay.delete(child);
      resolve({ code, output, timedOut });
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

function killGroup(child, signal = "SIGKILL") {
  try {
    process.kill(-child.pid, signal);
  } catch {}
}
