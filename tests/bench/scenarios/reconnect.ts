import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@/lib/ops/ports.mjs";
import type { Bench } from "../bench";
import { median } from "../figures";
import { type GrowthDatabase, growthDatabase } from "../growth-database";
import { type LoadResult, requestText, runLoadProcess } from "../load-process";
import { startGateway } from "../servers";

const WARM = 50_000;
const [BEFORE_SECONDS, AFTER_SECONDS] = [5, 8];

/**
 * A gateway that has used 50,000 keys loses its connection to the database. Meanwhile clients use
 * one key after the other, as fast as it replies. Measures what it serves in each following
 * second, relative to the median second before.
 */
export async function reconnect(bench: Bench): Promise<void> {
  const { facts, rounds, say, scratch } = bench;
  const grown = await growthDatabase(bench.database, WARM, WARM);
  const port = await freePort();
  startGateway(bench, port, { GATEWAY_DATABASE_URL: grown.gatewayUrl });
  const requests = path.join(scratch, "warm.json");
  writeFileSync(requests, JSON.stringify(grown.listed.map((key) => requestText(key))));
  const asked = { port, connections: 32, rate: 0, requests };
  await sleep(2_000);
  const { seconds, statuses } = await runLoadProcess<LoadResult>("ask.mjs", { ...asked, count: WARM });
  say(`  ${WARM} keys were warm after ${seconds.toFixed(0)} s, ${JSON.stringify(statuses)}`);
  const shares: number[][] = [];
  for (let round = 0; round < rounds; round++) shares.push(await sharesAfter(grown, asked));
  for (let second = 0; second < AFTER_SECONDS - 1; second++)
    facts[`goodput in second ${second + 1} after a reconnect, of the steady one`] = median(
      shares.map((each) => each[second] as number),
    );
}

async function sharesAfter(
  grown: GrowthDatabase,
  asked: { port: number; connections: number; rate: number; requests: string },
): Promise<number[]> {
  const asking = runLoadProcess<LoadResult>("ask.mjs", {
    ...asked,
    count: Number.MAX_SAFE_INTEGER,
    seconds: BEFORE_SECONDS + AFTER_SECONDS,
  });
  const began = Date.now();
  await sleep(BEFORE_SECONDS * 1_000 + 500);
  await grown.cutGateway();
  const cut = (Date.now() - began) / 1_000;
  const { servedAt } = await asking;
  // On the load's own clock, which started with its process.
  const steady = median(servedAt.slice(1, BEFORE_SECONDS));
  const from = Math.floor(cut);
  return servedAt.slice(from, from + AFTER_SECONDS - 1).map((served) => served / steady);
}
