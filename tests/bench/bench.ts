import { setTimeout as sleep } from "node:timers/promises";
import type { StoredKey } from "../kit/gateway/gateway-keys";
import type { BenchDatabase } from "./database";
import type { Sample } from "./figures";
import type { Load, LoadTarget } from "./load";
import { type Running, usageOf } from "./processes";
import type { Samples } from "./report";

/** What every part of the benchmark measures with, and where it stores its results. */
export type Bench = {
  rounds: number;
  seconds: number;
  only: string;
  sizes: string;
  keys: number;
  profile: string | undefined;
  scratch: string;
  database: BenchDatabase;
  key: StoredKey;
  samples: Samples;
  /** Figures that belong to no row, by name. */
  facts: Record<string, number>;
  started: Running[];
  say(text?: string): void;
};

/** Whether a server replies with 200 within 20 s. */
export async function untilOk({ url, headers }: Omit<LoadTarget, "bodyFile">, body: string): Promise<boolean> {
  for (const until = Date.now() + 20_000; Date.now() < until; await sleep(50)) {
    const response = await fetch(url, { method: "POST", headers, body }).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok) return true;
  }
  return false;
}

/**
 * Measures a window again if too much of it was refused, at most three times in all. Then the
 * window is left out, and so is every ratio that needs it.
 */
export async function measureWindow(
  { say }: Bench,
  name: string,
  { pid }: Running,
  load: () => Promise<Load>,
): Promise<Sample | null> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const before = usageOf(pid);
    const { requests, failed, rps, p50Ms, p99Ms } = await load();
    const after = usageOf(pid);
    if (failed > 0) say(`  ${name}: ${failed} requests were not answered 200, ${requests} were`);
    if (requests > failed * 9)
      return { rps, p50Ms, p99Ms, cpuUs: (after.cpuUs - before.cpuUs) / requests, rssMb: after.rssMb };
  }
  say(`LEFT OUT  a window of ${name}`);
  return null;
}
