import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { freePort } from "@/lib/ops/ports.mjs";
import { SIZES, type Size, writeBodies } from "./bodies";
import { startDatabase } from "./database";
import { rowOf, type Sample } from "./figures";
import { type Asked, autocannonIsThere, type Load, peakLoad, steadyLoad, wrkIsThere } from "./load";
import { loadOfMachine, machine } from "./machine";
import { LOAD, pinned, type Running, SERVER, usageOf } from "./processes";
import { halfOfPeak, ratios, Samples, told } from "./report";
import { GATEWAY, HMAC, JSON_TOO, NGINX, type Server, serversFor } from "./servers";

// npm run bench [-- --json FILE --rounds 5 --seconds 3 --only TEXT --sizes "240 B,64 KiB" --profile FOLDER]
const { values: options } = parseArgs({
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    profile: { type: "string" },
    sizes: { type: "string", default: "240 B,64 KiB,1 MiB" },
  },
});
const [rounds, seconds] = [Number(options.rounds), Number(options.seconds)];

type Up = { server: Server; process: Running; asked(size: Size): Asked };

const say = (text = "") => process.stdout.write(`${text}\n`);
const scratch = mkdtempSync(path.join(os.tmpdir(), "countersign-bench-"));
const database = await startDatabase();
const started: Running[] = [];
try {
  await bench();
} finally {
  await Promise.all(started.map(({ stop }) => stop()));
  await database.stop();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

async function bench(): Promise<void> {
  if (!wrkIsThere && !autocannonIsThere) throw new Error("no load: install wrk, or autocannon by `npm install` in tests/bench");
  const places = pinned ? `on processor ${LOAD}, the servers on ${SERVER}` : "not pinned: taskset or a second processor is missing";
  say(`${machine()}; ${rounds} rounds of ${seconds} s, ${loadOfMachine()}`);
  say(`Load: ${wrkIsThere ? "wrk" : "autocannon, itself the limit of the faster rows"}, ${places}.`);
  const up = await startAll();
  const samples = new Samples();
  const only = (...names: string[]) => up.filter(({ server }) => names.includes(server.name));
  const small = up.filter(({ server }) => server.name !== JSON_TOO);
  const sizes = (Object.keys(SIZES) as Size[]).filter((size) => options.sizes.split(",").includes(size));
  for (const size of sizes) await interleaved(size === "240 B" ? small : only(JSON_TOO, GATEWAY, NGINX), size, samples);
  if (sizes.includes("240 B")) await halfRate(only(HMAC, GATEWAY), samples);
  say(`\n${told(samples)}\n\n${loadOfMachine()}`);
  const report = { machine: machine(), rows: samples.rows(), ratios: ratios(samples) };
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
}

async function startAll(): Promise<Up[]> {
  const { key } = database;
  const wanted = ({ name }: Server) => name === HMAC || name.toLowerCase().includes(options.only.toLowerCase());
  const bodies = writeBodies(key, scratch);
  const answer = JSON.stringify({ data: { merchant: { id: key.merchantId, name: key.merchantName }, ip_rule: "any" } }).padEnd(200);
  const up: Up[] = [];
  for (const server of serversFor(database, answer, scratch, options.profile).filter(wanted)) {
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

async function answers({ url, headers }: Asked, body: string): Promise<boolean> {
  for (const until = Date.now() + 20_000; Date.now() < until; await sleep(50)) {
    const response = await fetch(url, { method: "POST", headers, body }).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok) return true;
  }
  return false;
}

/** A B C, A B C, …: whatever befalls the machine befalls all of them. The first time round warms them up and is not counted. */
async function interleaved(up: Up[], size: Size, samples: Samples): Promise<void> {
  for (let round = 0; round <= rounds; round++) {
    for (const { server, process, asked } of up) {
      const name = `${server.name}, ${size}`;
      const sample = await measured(name, process, () => peakLoad(asked(size), seconds, scratch, size === "1 MiB" ? 8 : 32));
      if (round > 0 && sample) samples.add(name, sample);
    }
    say(`  ${size}: ${round === 0 ? "warm" : `round ${round} of ${rounds}`}, ${loadOfMachine()}`);
  }
}

/** All at the same rate: half of what the slowest of them answers at its peak. */
async function halfRate(up: Up[], samples: Samples): Promise<void> {
  if (!autocannonIsThere) {
    say("SKIPPED  half of the peak rate: autocannon is not installed (npm install in tests/bench)");
    return;
  }
  const rate = Math.floor(Math.min(...up.map(({ server }) => rowOf("", samples.of(`${server.name}, 240 B`)).rps)) / 2);
  say(`  half of the peak: ${rate} requests a second`);
  for (let round = 0; round <= rounds; round++) {
    for (const { server, process, asked } of up) {
      const name = halfOfPeak(server.name);
      const sample = await measured(name, process, () => steadyLoad(asked("240 B"), seconds, rate));
      if (round > 0 && sample) samples.add(name, sample);
    }
  }
}

/** A window in which too much was refused is measured again, at most three times; then it is left out, and so is every ratio that needs it. */
async function measured(name: string, { pid }: Running, load: () => Promise<Load>): Promise<Sample | null> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const before = usageOf(pid);
    const { requests, failed, rps, p50Ms, p99Ms } = await load();
    const after = usageOf(pid);
    if (failed > 0) say(`  ${name}: ${failed} requests were not answered 200, ${requests} were`);
    if (requests > failed * 9) return { rps, p50Ms, p99Ms, cpuUs: (after.cpuUs - before.cpuUs) / requests, rssMb: after.rssMb };
  }
  say(`LEFT OUT  a window of ${name}`);
  return null;
}
