import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/**
 * Whether processes are pinned: the load to the first processor, the server under test to the
 * second.
 */
export const pinned = availableParallelism() > 1 && isInstalled("taskset", ["-V"]);
export const LOAD = 0;
export const SERVER = 1;

export type Running = { pid: number; stop(): Promise<void>; output(): string };

/**
 * Starts a program on one processor, if processes can be pinned. If `log` is given, its output
 * goes to that file, so that reading it costs no CPU time.
 */
export function run(
  processor: number,
  command: string,
  args: string[],
  env: Record<string, string>,
  log?: string,
): Running {
  const child = startOn(processor, command, args, env, log);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-2_000);
    });
  }
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 3_000);
    await ended.finally(() => clearTimeout(timer));
  };
  return { pid: child.pid as number, stop, output: () => output };
}

export function startOn(
  processor: number,
  command: string,
  args: string[],
  env: Record<string, string> = {},
  log?: string,
): ChildProcess {
  const out = log ? openSync(log, "a") : "pipe";
  const [program = "", ...rest] = pinned ? ["taskset", "-c", String(processor), command, ...args] : [command, ...args];
  return spawn(program, rest, {
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
    stdio: ["ignore", out, "pipe"],
  });
}

/** Whether a program is installed. */
export function isInstalled(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}

/** The CPU time in µs and the memory in MB of a process and all its descendants (proc(5)). */
export function usageOf(root: number): { cpuUs: number; rssMb: number } {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(statOf);
  const tree = new Set([root]);
  for (let size = 0; size !== tree.size; ) {
    size = tree.size;
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
  }
  const ours = all.filter(({ pid }) => tree.has(pid));
  const sum = (of: (stat: Stat) => number) => ours.reduce((total, stat) => total + of(stat), 0);
  return {
    cpuUs: sum(({ ticks }) => ticks) * (1_000_000 / TICKS_PER_SECOND),
    rssMb: (sum(({ pages }) => pages) * PAGE_BYTES) / 2 ** 20,
  };
}

const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

type Stat = { pid: number; parent: number; ticks: number; pages: number };

function statOf(pid: string): Stat[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const field = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [parent, utime, stime, pages] = [field[1], field[11], field[12], field[21]].map(Number) as [
      number,
      number,
      number,
      number,
    ];
    return [{ pid: Number(pid), parent, ticks: utime + stime, pages }];
  } catch {
    return [];
  }
}
