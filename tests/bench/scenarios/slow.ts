import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../kit/free-port";
import type { Bench } from "../bench";
import { measureHonestLoad, type Plan, requestText, runLoadProcess } from "../load-process";
import { startGateway } from "../servers";

type Told = { open: number; ended: number; headersSeconds: number; bodySeconds: number };

/** 500 connections that send one byte at a time, beside 200 honest requests per second. */
export async function slow(bench: Bench): Promise<void> {
  const port = await freePort();
  const gateway = startGateway(bench, port);
  const honest = (name: string, seconds: number) => measureHonestLoad(bench, name, gateway, port, seconds);
  await honest("warm", 3);
  await honest("Honest, 200 a second, alone", 5);
  const head = requestText(bench.key, "{".padEnd(200)).split("\r\n\r\n")[0] as string;
  const plan: Plan = { port, connections: 500, seconds: 15, head };
  const slowOnes = runLoadProcess<Told>("slow.mjs", plan);
  await sleep(1_500);
  const beside = await honest("Honest, 200 a second, beside 500 slow connections", 12);
  const { open, headersSeconds, bodySeconds } = await slowOnes;
  bench.facts["honest p99 beside 500 slow connections, ms"] = beside.p99Ms;
  bench.facts["slow connections open at the end"] = open;
  bench.facts["longest a slow header lived, s"] = headersSeconds;
  bench.facts["longest a slow body lived, s"] = bodySeconds;
}
