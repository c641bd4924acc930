import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { dim, ExpectedError, print } from "./output.mjs";
import { readableLine } from "./readable-line.mjs";
import { dieWithParent, killGroup, root } from "./run.mjs";

/**
 * @import { ChildProcess, ChildProcessByStdio, StdioOptions } from "node:child_process"
 * @import { Readable } from "node:stream"
 */

const LEFT_MS = 2_000;

/**
 * Supervises the servers of one start. Each runs in its own session, so that Ctrl-C reaches only
 * this process, which then stops them.
 * @param {(sentence: string) => void} onDeath called if a server ends without being stopped
 */
export function superviseServers(onDeath) {
  /** @type {Map<string, ChildProcess>} */
  const running = new Map();
  // The servers' output is held until they are up. Then only the errors in it are shown. If a
  // server ends before that, all of it is shown.
  /** @type {{ line: string, isError: boolean }[] | null} */
  let held = [];
  /** @param {string} line @param {boolean} isError */
  const show = (line, isError) => (held ? held.push({ line, isError }) : print(line));
  // The log is JSON for programs that collect it, and readable text on a terminal.
  const asRead = process.stdout.isTTY ? readableLine : (/** @type {string} */ line) => line;

  /**
   * Starts a bundle of .build/, after stopping a running one of the same name.
   * @param {string} name
   * @param {NodeJS.ProcessEnv} env
   * @param {string[]} [args]
   */
  async function start(name, env, args = []) {
    await stop(name);
    /** @type {StdioOptions} */
    const stdio = ["ignore", "pipe", "pipe", "ipc"];
    const program = ["--enable-source-maps", ...dieWithParent.args, `.build/${name}.mjs`, ...args];
    const child = /** @type {ChildProcessByStdio<null, Readable, Readable>} */ (
      spawn(process.execPath, program, { cwd: root, env: { ...env, ...dieWithParent.env }, detached: true, stdio })
    );
    running.set(name, child);
    for (const stream of [child.stdout, child.stderr])
      forEachLine(stream, (line) =>
        show(`${dim(name.padEnd(9))} ${asRead(line)}`, stream === child.stderr || /^\{"level":[56]0,/.test(line)),
      );
    child.on("error", (error) => show(`${name}: ${error.message}`, true));
    /** @param {number | null} code @param {NodeJS.Signals | null} signal */
    const ended = (code, signal) => {
      if (running.get(name) !== child) return;
      killGroup(child);
      running.delete(name);
      for (const { line } of held?.splice(0) ?? []) print(line);
      onDeath(`The ${name} ended by itself (${signal ?? `exit ${code}`}).`);
    };
    // "close" waits for what the server has started and left behind. It gets 2 s after the exit.
    child.once("exit", (code, signal) => void setTimeout(ended, LEFT_MS, code, signal).unref());
    child.once("close", ended);
  }

  /** @param {string} name */
  async function stop(name) {
    const child = running.get(name);
    if (!child) return;
    running.delete(name);
    if (child.exitCode === null && child.signalCode === null) {
      const exit = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await exit;
      clearTimeout(timer);
    }
    killGroup(child);
  }

  /** Stops all servers at once. Each has 5 s to finish what it is doing. */
  const stopAll = () => Promise.all([...running.keys()].map(stop));

  const showOutput = () => {
    for (const { line, isError } of held ?? []) if (isError) print(line);
    held = null;
  };

  /**
   * Waits until a server reports that it is ready.
   * @param {string} name
   * @param {number} limit in milliseconds
   */
  async function ready(name, limit) {
    const said = new Promise((resolve) =>
      running.get(name)?.on("message", (message) => message === "ready" && resolve(true)),
    );
    if (!(await Promise.race([said, delay(limit, false, { ref: false })])))
      throw new ExpectedError(`The ${name} was not ready within ${limit / 1000} s.`);
  }

  return { start, stopAll, ready, showOutput };
}

/**
 * Waits until a URL answers with a 2xx status.
 * @param {string} url
 * @param {number} limit in milliseconds
 */
export async function untilOk(url, limit) {
  for (const until = Date.now() + limit; Date.now() < until; await delay(50)) {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(5_000) }).catch(() => null);
    await response?.arrayBuffer().catch(() => {});
    if (response?.ok) return;
  }
  throw new ExpectedError(`${url} did not answer within ${limit / 1000} s.`);
}

/** @param {Readable} stream @param {(line: string) => void} work */
function forEachLine(stream, work) {
  let rest = "";
  stream.setEncoding("utf8").on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(work);
  });
  stream.on("end", () => rest && work(rest));
}
