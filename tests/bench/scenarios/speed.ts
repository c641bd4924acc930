import { freePort } from "@/lib/ops/ports.mjs";
import { answers, type Bench, measured } from "../bench";
import { SIZES, type Size, writeBodies } from "../bodies";
import { rowOf } from "../figures";
import { type Asked, autocannonIsThere, peakLoad, steadyLoad } from "../load";
import { loadOfMachine } from "../machine";
import type { Running } from "../processes";
import { halfOfPeak } from "../report";
import { GATEWAY, HMAC, JSON_TOO, NGINX, type Server, serversFor } from "../servers";

type Up = { server: Server; process: Running; asked(size: Size): Asked };

/** Verified requests: the gateway and its peers side by side. */
export async function speed(bench: Bench): Promise<void> {
  const up = await startAll(bench);
  const only = (...names: string[]) => up.filter(({ server }) => names.includes(server.name));
  const small = up.filter(({ server }) => server.name !== JSON_TOO);
  const sizes = (Object.keys(SIZES) as Size[]).filter((size) => bench.sizes.split(",").includes(size));
  for (const size of sizes) await interleaved(size === "240 B" ? small : only(JSON_TOO, GATEWAY, NGINX), size, bench);
  if (sizes.includes("240 B")) await halfRate(only(HMAC, GATEWAY), bench);
}

async function startAll({ database, scratch, started, only, profile, say }: Bench): Promise<Up[]> {
  const { key } = database;
  const wanted = ({ name }: Server) => name === HMAC || name.toLowerCase().includes(only.toLowerCase());
  const bodies = writeBodies(key, scratch);
  const answer = JSON.stringify({ data: { merchant: { id: key.merchantId, name: key.merchantName }, ip_rule: "any" } }).padEnd(200);
  const up: Up[] = [];
  for (const server of serversFor(database, answer, scratch, profile).filter(wanted)) {
    const reason = server.absent();
    if (reason) {
      say(`SKIPPED  ${server.name}: ${reason}`);
      continue;
    }
    const port = await freePort();
    const process = server.start(port);
    started.push(process);
    const asked = (size: Size) => ({ url: `http://127.0.0.1:${port}/api/v2/whoami`, ...bodies[size] });
    if (await answers(asked("240 B"), bodies["240 B"].text)) up.push({ server, process, asked });
    else say(`SKIPPED  ${server.name}: it did not answer 200 in 20 s\n${process.output()}`);
  }
  return up;
}

/** A B C, A B C, …: whatever befalls the machine befalls all of them. The first time round warms them up and is not counted. */
async function interleaved(up: Up[], size: Size, bench: Bench): Promise<void> {
  const { rounds, seconds, scratch, samples, say } = bench;
  for (let round = 0; round <= rounds; round++) {
    for (const { server, process, asked } of up) {
      const name = `${server.name}, ${size}`;
      const sample = await measured(bench, name, process, () => peakLoad(asked(size), seconds, scratch, size === "1 MiB" ? 8 : 32));
      if (round > 0 && sample) samples.add(name, sample);
    }
    say(`  ${size}: ${round === 0 ? "warm" : `round ${round} of ${rounds}`}, ${loadOfMachine()}`);
  }
}

/** All at the same rate: half of what the slowest of them answers at its peak. */
async function halfRate(up: Up[], bench: Bench): Promise<void> {
  const { rounds, seconds, samples, say } = bench;
  if (!autocannonIsThere) {
    say("SKIPPED  half of the peak rate: autocannon is not installed (npm install in tests/bench)");
    return;
  }
  const rate = Math.floor(Math.min(...up.map(({ server }) => rowOf("", samples.of(`${server.name}, 240 B`)).rps)) / 2);
  say(`  half of the peak: ${rate} requests a second`);
  for (let round = 0; round <= rounds; round++) {
    for (const { server, process, asked } of up) {
      const name = halfOfPeak(server.name);
      const sample = await measured(bench, name, process, () => steadyLoad(asked("240 B"), seconds, rate));
      if (round > 0 && sample) samples.add(name, sample);
    }
  }
}
