import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** A server that says nothing for so long while it starts has stopped moving. */
const SILENT_MS = 60_000;

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

/**
 * Waits until a server that was just started answers with success. It is given up when it has ended, or when it neither answers nor prints
 * anything new for 60 s; the error holds all that it printed.
 */
export async function untilAnswers(url: string, child: ChildProcess, output: () => string): Promise<void> {
  let told = "";
  for (let since = Date.now(); ; await sleep(50)) {
    const response = await fetch(url, { headers: { connection: "close" }, signal: AbortSignal.timeout(SILENT_MS) }).catch(() => null);
    await response?.arrayBuffer().catch(() => undefined);
    if (response?.ok) return;
    const ended = child.exitCode ?? child.signalCode;
    if (ended !== null) throw new Error(`It ended with ${ended} before it answered at ${url}:\n${output()}`);
    if (output() !== told) since = Date.now();
    told = output();
    if (Date.now() - since > SILENT_MS) throw new Error(`It answers nothing good at ${url} and has printed nothing for 60 s:\n${told}`);
  }
}
