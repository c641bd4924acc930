import { writeFileSync } from "node:fs";
import path from "node:path";
import { signed } from "../kit/gateway/gateway-requests";
import { type Bench, untilOk } from "./bench";
import type { Sample } from "./figures";
import { printed } from "./load";
import { LOAD, type Running, startOn, usageOf } from "./processes";

export type Plan = Record<string, string | number>;
export type LoadResult = {
  statuses: Record<string, number>;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** When it began, on the wall clock, and the replies with 200 in each tenth of a second since. */
  startedAt: number;
  servedAt: number[];
};

const BODY = JSON.stringify({ currency: "BTC", note: "n".repeat(208) });
const A_SECOND = 200;

/**
 * Runs one of tests/bench/loads as a process on the load's processor and returns what it prints at
 * its end. `behind`: it yields to the other loads there, so that those measure the server and not
 * each other.
 */
export async function runLoadProcess<Answer>(file: string, plan: Plan, { behind = false } = {}): Promise<Answer> {
  const command = [
    ...(behind ? ["nice", "-n", "10"] : []),
    process.execPath,
    path.join(import.meta.dirname, "loads", file),
  ];
  return JSON.parse(
    await printed(startOn(LOAD, command[0] as string, command.slice(1), { PLAN: JSON.stringify(plan) })),
  );
}

/** A signed request as bytes on the wire. */
export function requestText(key: { key: string; secret: string }, body = BODY): string {
  const lines = Object.entries({
    Host: "bench",
    ...signed(key, body),
    "Content-Length": String(Buffer.byteLength(body)),
  });
  return `POST /api/v2/whoami HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n${body}`;
}

/**
 * Sends 200 honest requests per second for this many seconds and adds the result as a row. The CPU
 * time is the gateway's total, including what it spends on other clients. Throws if the gateway
 * does not reply at all.
 */
export async function measureHonestLoad(
  bench: Bench,
  name: string,
  gateway: Running,
  port: number,
  seconds: number,
): Promise<Sample> {
  const url = `http://127.0.0.1:${port}/api/v2/whoami`;
  if (!(await untilOk({ url, headers: signed(bench.key, BODY) }, BODY)))
    throw new Error(`the gateway did not answer: ${gateway.output()}`);
  const requests = path.join(bench.scratch, "honest.json");
  writeFileSync(requests, JSON.stringify([requestText(bench.key)]));
  const plan = { port, connections: 16, count: A_SECOND * seconds, rate: A_SECOND, requests };
  const before = usageOf(gateway.pid);
  const told = await runLoadProcess<LoadResult>("ask.mjs", plan);
  const { cpuUs, rssMb } = usageOf(gateway.pid);
  const served = told.statuses["200"] ?? 0;
  if (served < plan.count) bench.say(`  ${name}: ${JSON.stringify(told.statuses)}`);
  const sample = {
    rps: served / told.seconds,
    p50Ms: told.p50Ms,
    p99Ms: told.p99Ms,
    cpuUs: (cpuUs - before.cpuUs) / served,
    rssMb,
  };
  if (name !== "warm") bench.samples.add(name, sample);
  return sample;
}
