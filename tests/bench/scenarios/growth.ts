import { writeFileSync } from "node:fs";
import path from "node:path";
import { freePort } from "../../kit/free-port";
import { signed } from "../../kit/gateway/gateway-requests";
import { type Bench, measureWindow, untilOk } from "../bench";
import { writeBodies } from "../bodies";
import { type GrowthDatabase, growthDatabase } from "../growth-database";
import { peakLoad } from "../load";
import { type LoadResult, requestText, runLoadProcess } from "../load-process";
import type { Running } from "../processes";
import { startGateway } from "../servers";

const FEW = 2_000;
const ASKED = 250;
const COLD_ROUNDS = 6;
type Side = { name: string; grown: GrowthDatabase; gateway: Running; port: number };

/**
 * The same look-ups with 2,000 keys and with a million in the database, in turn, with a gateway for
 * each. Every round sends the same number of requests, each with a key that was not used before;
 * the keys are distributed over the whole table.
 */
export async function growth(bench: Bench): Promise<void> {
  const { samples, facts, rounds, seconds, scratch } = bench;
  const sides: Side[] = [];
  for (const keys of [FEW, bench.keys]) sides.push(await sideOf(bench, keys));
  const [few, many] = sides as [Side, Side];
  const databaseUs = new Map<Side, number>(sides.map((side) => [side, 0]));
  for (let round = 0; round <= COLD_ROUNDS; round++) {
    for (const side of sides) {
      const before = await side.grown.backendsUs();
      const sample = await measureWindow(bench, side.name, side.gateway, () => coldRound(side, round, scratch));
      if (round === 0 || !sample) continue;
      samples.add(`Cold look-ups, ${side.name}`, sample);
      databaseUs.set(side, (databaseUs.get(side) ?? 0) + (await side.grown.backendsUs()) - before);
    }
  }
  for (let round = 0; round <= rounds; round++) {
    for (const { name, gateway, port, grown } of sides) {
      const body = writeBodies(grown.listed[0] as GrowthDatabase["listed"][0], scratch)["240 B"];
      const url = `http://127.0.0.1:${port}/api/v2/whoami`;
      const sample = await measureWindow(bench, name, gateway, () => peakLoad({ url, ...body }, seconds, scratch, 32));
      if (round > 0 && sample) samples.add(`Hot requests, ${name}`, sample);
    }
  }
  facts[`cold look-ups, ${many.name} / ${few.name}, database's CPU`] =
    (databaseUs.get(many) ?? 0) / (databaseUs.get(few) ?? 0);
  for (const query of ["read", "poll"] as const) {
    const [a, b] = [await few.grown.explained(query), await many.grown.explained(query)];
    facts[`${query}, blocks, ${few.name}`] = a.blocks;
    facts[`${query}, blocks, ${many.name}`] = b.blocks;
    facts[`${query} in the database, ${many.name} / ${few.name}, time`] = b.ms / a.ms;
  }
}

async function sideOf(bench: Bench, keys: number): Promise<Side> {
  const name = `${keys.toLocaleString("en")} keys`;
  const from = Date.now();
  const grown = await growthDatabase(bench.database, keys, ASKED * (COLD_ROUNDS + 1));
  bench.say(`  ${name}: filled in ${((Date.now() - from) / 1_000).toFixed(0)} s`);
  const port = await freePort();
  const gateway = startGateway(bench, port, { GATEWAY_DATABASE_URL: grown.gatewayUrl });
  const headers = signed(grown.listed[0] as GrowthDatabase["listed"][0], "{}");
  if (!(await untilOk({ url: `http://127.0.0.1:${port}/api/v2/whoami`, headers }, "{}")))
    throw new Error(gateway.output());
  return { name, grown, gateway, port };
}

async function coldRound({ port, grown }: Side, round: number, scratch: string) {
  const requests = path.join(scratch, "cold.json");
  const asked = grown.listed.filter((_, index) => index % (COLD_ROUNDS + 1) === round);
  writeFileSync(requests, JSON.stringify(asked.map((key) => requestText(key))));
  const { statuses, seconds, p50Ms, p99Ms } = await runLoadProcess<LoadResult>("ask.mjs", {
    port,
    connections: 4,
    count: ASKED,
    rate: 0,
    requests,
  });
  const served = statuses["200"] ?? 0;
  return { requests: served, failed: ASKED - served, rps: served / seconds, p50Ms, p99Ms };
}
