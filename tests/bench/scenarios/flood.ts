import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../kit/free-port";
import type { Bench } from "../bench";
import { ratio } from "../figures";
import { type LoadResult, measureHonestLoad, runLoadProcess } from "../load-process";
import { usageOf } from "../processes";
import { startGateway } from "../servers";

/**
 * What one process on the load's processor can generate and send, with room for the honest client.
 */
const A_SECOND = 4_000;

/**
 * A million made-up keys beside an honest client, half of them from one source and half from as
 * many sources as requests. In rounds, because no machine is undisturbed for minutes on end.
 */
export async function flood(bench: Bench): Promise<void> {
  const { facts, say, keys, rounds, samples } = bench;
  for (const from of ["one source", "many sources"]) {
    const port = await freePort();
    const gateway = startGateway(bench, port, { TRUSTED_PROXIES: "127.0.0.1" });
    const honest = (name: string, seconds: number) => measureHonestLoad(bench, name, gateway, port, seconds);
    const [without, flooded] = [
      `Honest, 200 a second, without the flood from ${from}`,
      `Honest, 200 a second, in a flood of keys from ${from}`,
    ];
    await honest("warm", 5);
    const before = usageOf(gateway.pid).rssMb;
    const count = Math.round(keys / 2 / rounds);
    let [most, seconds, over] = [before, 0, false];
    const watched = (async () => {
      for (; !over; await sleep(1_000)) most = Math.max(most, usageOf(gateway.pid).rssMb);
    })();
    const statuses: Record<string, number> = {};
    for (let round = 0; round < rounds; round++) {
      await honest(without, 8);
      const flooding = runLoadProcess<LoadResult>(
        "ask.mjs",
        { port, connections: 64, count, rate: A_SECOND, keys: from },
        { behind: true },
      );
      await sleep(1_000);
      await honest(flooded, Math.max(2, Math.floor(count / A_SECOND) - 3));
      const told = await flooding;
      seconds += told.seconds;
      for (const [status, times] of Object.entries(told.statuses)) statuses[status] = (statuses[status] ?? 0) + times;
    }
    over = true;
    await watched;
    const sent = Math.round((count * rounds) / seconds);
    say(`  flood from ${from}: ${sent} a second for ${seconds.toFixed(0)} s, answered ${JSON.stringify(statuses)}`);
    facts[`flood from ${from}, growth of RSS, MB`] = most - before;
    facts[`flood from ${from}, honest p99 / without`] =
      ratio("p99Ms", samples.of(flooded), samples.of(without)) ?? Number.NaN;
    await gateway.stop();
  }
}
