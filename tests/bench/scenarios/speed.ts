import { type Bench, measureWindow } from "../bench";
import { SIZES, type Size } from "../bodies";
import { rowOf } from "../figures";
import { hasAutocannon, peakLoad, steadyLoad } from "../load";
import { loadOfMachine } from "../machine";
import { halfOfPeak } from "../report";
import { GATEWAY, HMAC, HMAC_AND_JSON, NGINX } from "../servers";
import { inTurn, type StartedServer, startAll } from "../started-servers";

/** Verified requests: the gateway and its peers side by side. */
export async function speed(bench: Bench): Promise<void> {
  const up = await startAll(bench, (name) => name === HMAC || name.toLowerCase().includes(bench.only.toLowerCase()));
  const only = (...names: string[]) => up.filter(({ server }) => names.includes(server.name));
  const small = up.filter(({ server }) => server.name !== HMAC_AND_JSON);
  const sizes = (Object.keys(SIZES) as Size[]).filter((size) => bench.sizes.split(",").includes(size));
  for (const size of sizes)
    await interleaved(size === "240 B" ? small : only(HMAC_AND_JSON, GATEWAY, NGINX), size, bench);
  if (sizes.includes("240 B")) await halfRate(only(HMAC, GATEWAY), bench);
}

/** Each at its peak. */
async function interleaved(up: StartedServer[], size: Size, bench: Bench): Promise<void> {
  const { rounds, seconds, scratch, samples, say } = bench;
  await inTurn(rounds, up, async ({ server, process, asked }, counts) => {
    const name = `${server.name}, ${size}`;
    const sample = await measureWindow(bench, name, process, () =>
      peakLoad(asked(size), seconds, scratch, size === "1 MiB" ? 8 : 32),
    );
    if (counts && sample) samples.add(name, sample);
  });
  say(`  ${size}: ${loadOfMachine()}`);
}

/** All at the same rate: half of what the slowest serves at its peak. */
async function halfRate(up: StartedServer[], bench: Bench): Promise<void> {
  const { rounds, seconds, samples, say } = bench;
  if (!hasAutocannon) {
    say("SKIPPED  half of the peak rate: autocannon is not installed (npm install in tests/bench)");
    return;
  }
  const rate = Math.floor(Math.min(...up.map(({ server }) => rowOf("", samples.of(`${server.name}, 240 B`)).rps)) / 2);
  say(`  half of the peak: ${rate} requests a second`);
  await inTurn(rounds, up, async ({ server, process, asked }, counts) => {
    const name = halfOfPeak(server.name);
    const sample = await measureWindow(bench, name, process, () => steadyLoad(asked("240 B"), seconds, rate));
    if (counts && sample) samples.add(name, sample);
  });
}
