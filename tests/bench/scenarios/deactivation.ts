import { setTimeout as sleep } from "node:timers/promises";
import { db } from "@/lib/platform/db/db";
import { retireAnyKey } from "@/lib/support/operator/retire-key";
import { gatewayRows } from "../../kit/database/propagation-rows";
import { DURABLE, type Pair, replicatedPair } from "../../kit/database/replication";
import { freePort } from "../../kit/free-port";
import { insertKey } from "../../kit/gateway/gateway-keys";
import { unwrap } from "../../kit/people/api-keys";
import type { Bench } from "../bench";
import { quantile } from "../figures";
import { startGateway } from "../servers";

const DEACTIVATIONS = 100;
const FLEETS = [1, 10];

/**
 * How long a deactivation takes from its COMMIT until every gateway has acknowledged it, and how
 * long the whole operation takes with its two commits. Measured on a real primary with fsync,
 * without and with a synchronous standby on the same machine, at random moments of the 250 ms
 * between two renewals.
 */
export async function deactivation(bench: Bench): Promise<void> {
  const pair = await replicatedPair(DURABLE);
  const { DATABASE_URL } = process.env;
  try {
    Object.assign(process.env, {
      DATABASE_URL: pair.primary.url(),
      APP_DATABASE_URL: pair.primary.url("countersign_app"),
    });
    for (const gateways of FLEETS) await withFleet(bench, pair, gateways);
  } finally {
    await db().$disconnect();
    process.env.DATABASE_URL = DATABASE_URL;
    await pair.stop();
  }
}

async function withFleet(bench: Bench, { primary }: Pair, count: number): Promise<void> {
  const fleet = [];
  for (let index = 0; index < count; index++)
    fleet.push(
      startGateway(bench, await freePort(), {
        GATEWAY_DATABASE_URL: primary.url("countersign_gateway"),
        GATEWAY_NAME: `gateway-${index + 1}`,
      }),
    );
  while ((await gatewayRows()).filter(({ applied }) => applied).length < count) await sleep(50);
  for (const standby of ["", "standby"]) {
    await primary.waitsFor(standby);
    await measured(
      bench,
      `deactivation, ${count} ${count === 1 ? "gateway" : "gateways"}${standby && ", synchronous standby"}`,
    );
  }
  await primary.waitsFor("");
  await Promise.all(fleet.map(({ stop }) => stop()));
  while ((await gatewayRows()).length > 0) await sleep(50);
}

async function measured({ facts, say }: Bench, name: string): Promise<void> {
  const [acknowledged, whole]: [number[], number[]] = [[], []];
  let byTime = 0;
  for (let count = 0; count < DEACTIVATIONS; count++) {
    const key = await insertKey();
    await sleep(50 + Math.random() * 250);
    const began = performance.now();
    const { propagation } = unwrap(
      await retireAnyKey("bench", { keyId: key.id, merchantId: key.merchantId }, "compromised"),
    );
    whole.push(performance.now() - began);
    if (propagation?.endedBy === "gateways")
      acknowledged.push(Math.max(...propagation.gateways.map(({ ms }) => ms ?? 0)));
    else byTime++;
  }
  say(`  ${name}: ${byTime} of ${DEACTIVATIONS} ended by time`);
  for (const [what, figures] of Object.entries({ "COMMIT to acknowledged": acknowledged, "whole operation": whole }))
    for (const share of [50, 99]) facts[`${name}, ${what}, p${share} ms`] = quantile(figures, share / 100);
}
