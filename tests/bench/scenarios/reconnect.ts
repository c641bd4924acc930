import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../kit/free-port";
import type { Bench } from "../bench";
import { median } from "../figures";
import { type GrowthDatabase, growthDatabase } from "../growth-database";
import { type LoadResult, requestText, runLoadProcess } from "../load-process";
import { startGateway } from "../servers";

const WARM = 50_000;
const [BEFORE_SECONDS, AFTER_SECONDS] = [5, 8];

/**
 * A gateway that has used 50,000 keys loses its connection to the database. Meanwhile clients use
 * one key after the other, as fast as it replies. Measures what it serves in each second from that
 * moment on, relative to the median second before.
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
  for (let round = 0; round < rounds; round++) {
    const tenths = await sharesAfter(grown, asked);
    say(`  tenths of a second after it, in percent: ${tenths.map((share) => Math.round(share * 100)).join(" ")}`);
    shares.push(tenths);
  }
  for (let second = 0; second < AFTER_SECONDS - 1; second++)
    facts[`goodput in second ${second + 1} after a reconnect, of the steady one`] = median(
      shares.map((tenths) => sum(tenths.slice(second * 10, second * 10 + 10)) / 10),
    );
}

const sum = (all: readonly number[]): number => all.reduce((total, each) => total + each, 0);

/**
 * What was served in each tenth of a second after the connection was cut, as shares of the steady
 * tenth.
 */
async function sharesAfter(
  grown: GrowthDatabase,
  asked: { port: number; connections: number; rate: number; requests: string },
): Promise<number[]> {
  const asking = runLoadProcess<LoadResult>("ask.mjs", {
    ...asked,
    count: Number.MAX_SAFE_INTEGER,
    seconds: BEFORE_SECONDS + AFTER_SECONDS,
  });
  await sleep(BEFORE_SECONDS * 1_000 + 500);
  await grown.cutGateway();
  const cutAt = Date.now();
  const { startedAt, servedAt } = await asking;
  const cut = Math.ceil((cutAt - startedAt) / 100);
  const steady = median(servedAt.slice(10, cut - 10));
  return servedAt.slice(cut, cut + (AFTER_SECONDS - 1) * 10).map((served) => served / steady);
}
