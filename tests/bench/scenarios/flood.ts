import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@/lib/ops/ports.mjs";
import { askAlone, honestly, type Told } from "../ask";
import type { Bench } from "../bench";
import { usageOf } from "../processes";
import { startGateway } from "../servers";

/** What one process on the load's processor makes up and sends, with room for the honest client beside it. */
const A_SECOND = 4_000;

/** A million made-up keys, half of them from one source and half from as many as there are requests, beside an honest client. */
export async function flood(bench: Bench): Promise<void> {
  const { facts, say, keys } = bench;
  for (const from of ["one source", "many sources"]) {
    const port = await freePort();
    const gateway = startGateway(bench, port, { TRUSTED_PROXIES: "127.0.0.1" });
    const honest = (name: string, seconds: number) => honestly(bench, name, gateway, port, seconds);
    await honest("warm", 5);
    const alone = await honest(`Honest, 200 a second, before the flood from ${from}`, 10);
    const before = usageOf(gateway.pid).rssMb;
    const count = Math.round(keys / 2);
    const flooding = askAlone<Told>("ask.mjs", { port, connections: 64, count, rate: A_SECOND, keys: from });
    await sleep(1_000);
    let [most, done] = [before, false];
    const watched = (async () => {
      for (; !done; await sleep(250)) most = Math.max(most, usageOf(gateway.pid).rssMb);
    })();
    const beside = await honest(`Honest, 200 a second, in a flood of keys from ${from}`, Math.max(2, Math.floor(count / A_SECOND) - 3));
    const { statuses, seconds } = await flooding;
    done = true;
    await watched;
    say(`  flood from ${from}: ${Math.round(count / seconds)} a second for ${seconds.toFixed(0)} s, answered ${JSON.stringify(statuses)}`);
    facts[`flood from ${from}, growth of RSS, MB`] = most - before;
    facts[`flood from ${from}, honest p99 / before`] = beside.p99Ms / alone.p99Ms;
    await gateway.stop();
  }
}
