import { type ChildProcess, execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** A starting server that neither prints nor works for this long is stuck. */
const STILL_MS = 60_000;
const LOOK_MS = 10_000;

/** What a process has printed so far. */
export function outputOf({ stdout, stderr }: ChildProcess): () => string {
  let output = "";
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return () => output;
}

type Running = { pid: number; parent: number; time: string };

/** A process and all its descendants. */
export function familyOf(pid: number): Running[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,time="], { encoding: "utf8" }).trim().split("\n");
  const all = lines.map((line): Running => {
    const [id, parent, time = ""] = line.trim().split(/\s+/);
    return { pid: Number(id), parent: Number(parent), time };
  });
  const below = (of: number): Running[] =>
    all.filter(({ parent }) => parent === of).flatMap((each) => [each, ...below(each.pid)]);
  return [...all.filter((each) => each.pid === pid), ...below(pid)];
}

const processorTimeOf = (pid: number): string =>
  familyOf(pid)
    .map((each) => `${each.pid} ${each.time}`)
    .join();

/**
 * Waits until a server that was just started replies with success, however slow the machine is.
 * Gives up when the server has ended, or when it has neither printed anything nor used processor
 * time for 60 s. The error contains its whole output.
 */
export async function untilAnswers(url: string, child: ChildProcess, output: () => string): Promise<void> {
  let [told, moved, looked] = ["", Date.now(), Date.now()];
  for (;;) {
    const response = await fetch(url, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(STILL_MS),
    }).catch(() => null);
    await response?.arrayBuffer().catch(() => undefined);
    if (response?.ok) return;
    const ended = child.exitCode ?? child.signalCode;
    if (ended !== null) throw new Error(`It ended with ${ended} before it answered at ${url}:\n${output()}`);
    await sleep(50);
    if (Date.now() - looked < LOOK_MS) continue;
    looked = Date.now();
    const now = output() + processorTimeOf(child.pid as number);
    if (now !== told) {
      moved = looked;
      console.log(`${url} does not answer yet.`);
    }
    told = now;
    if (looked - moved > STILL_MS)
      throw new Error(`Nothing moves, and nothing good is answered at ${url}:\n${output()}`);
  }
}
