import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { childEnv, root } from "../child-env";
import { familyOf } from "../started";
import { stopAfterFile } from "../stop-after-file";

/** `npm run test:bun` sets TEST_BUN to Bun's path. */
export const onBun = process.env.TEST_BUN !== undefined;
const runtime = process.env.TEST_BUN ?? process.execPath;
/** Makes a program end when the test's process is gone, however that ended. */
const lifeline = ["--import", pathToFileURL(`${root}/lib/ops/die-with-parent.mjs`).href];
const LONGEST_END_MS = 30_000;

export type Program = {
  child: ChildProcess;
  exited: Promise<number | null>;
  /** Everything it has printed so far. */
  output(): string;
  /** The complete lines of the output. */
  lines(): string[];
  /**
   * Waits for something the program does by itself, however slowly. Rejects with the output when
   * the program ends, or when it does nothing for a minute.
   */
  until<T>(condition: () => T | undefined | Promise<T | undefined>): Promise<T>;
  /** Stops it with SIGSTOP, as a suspended machine would. Resolves once it has stopped. */
  freeze(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts a bundled program with these variables. */
export function startProgram(file: string, env: NodeJS.ProcessEnv): Program {
  const child = onBun
    ? spawn(runtime, [file], { env: childEnv(env), stdio: ["ignore", "pipe", "pipe"] })
    : spawn(runtime, [...lifeline, file], {
        env: childEnv({ ...env, COUNTERSIGN_PARENT: String(process.pid) }),
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      });
  let output = "";
  for (const stream of [child.stdout, child.stderr] as Readable[])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const exited = once(child, "exit").then(([code]) => code as number | null);
  stopAfterFile(() => ended(child, exited));
  return {
    ...{ child, exited, output: () => output },
    lines: () => output.split("\n").slice(0, -1).filter(Boolean),
    until: (condition) => until(condition, child, () => output),
    freeze: () => frozen(child),
    stop: () => ended(child, exited),
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

async function until<T>(
  condition: () => T | undefined | Promise<T | undefined>,
  child: ChildProcess,
  output: () => string,
): Promise<T> {
  let [seen, moved] = ["", performance.now()];
  for (let look = 0; ; look++) {
    const found = await condition();
    if (found !== undefined) return found;
    if (hasEnded(child)) throw new Error(`It ended with ${child.exitCode ?? child.signalCode}:\n${output()}`);
    const now = look % 50 === 0 ? `${output().length} ${familyOf(child.pid as number).map(({ time }) => time)}` : seen;
    if (now !== seen) [seen, moved] = [now, performance.now()];
    if (performance.now() - moved > 60_000) throw new Error(`It did nothing for a minute:\n${output()}`);
    await sleep(20);
  }
}

/** A process obeys a signal only when it next gets processor time. */
async function frozen(child: ChildProcess): Promise<void> {
  child.kill("SIGSTOP");
  while (!hasEnded(child) && stateOf(child.pid as number) !== "T") await sleep(5);
}

const stateOf = (pid: number): string | undefined =>
  process.platform === "linux"
    ? readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "")[0]
    : execFileSync("ps", ["-o", "state=", "-p", String(pid)], { encoding: "utf8" })[0];

async function ended(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (hasEnded(child)) return;
  child.kill("SIGCONT");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_END_MS);
  await exited.finally(() => clearTimeout(timer));
}
