import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Bench } from "./bench";
import { startDatabase } from "./database";
import { hasAutocannon, hasWrk } from "./load";
import { loadOfMachine, machine } from "./machine";
import { LOAD, pinned, type Running, SERVER } from "./processes";
import { ratios, reportTables, Samples } from "./report";
import { cpu } from "./scenarios/cpu";
import { deactivation } from "./scenarios/deactivation";
import { flood } from "./scenarios/flood";
import { forward } from "./scenarios/forward";
import { growth } from "./scenarios/growth";
import { log } from "./scenarios/log";
import { pages } from "./scenarios/pages";
import { pagesGrowth } from "./scenarios/pages-growth";
import { reconnect } from "./scenarios/reconnect";
import { slow } from "./scenarios/slow";
import { speed } from "./scenarios/speed";
import { stalls } from "./scenarios/stalls";

// npm run bench [-- --json FILE --rounds 5 --seconds 3
//   --parts cpu,speed,forward,growth,flood,slow,deactivation,stalls,reconnect,log,pages,pagesGrowth
//   --only TEXT --sizes "240 B,64 KiB" --keys 1000000 --profile FOLDER]
const PARTS = { cpu, speed, forward, growth, flood, slow, deactivation, stalls, reconnect, log, pages, pagesGrowth };
const { values: options } = parseArgs({
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    parts: { type: "string", default: Object.keys(PARTS).join(",") },
    only: { type: "string", default: "" },
    keys: { type: "string", default: "1000000" },
    profile: { type: "string" },
    sizes: { type: "string", default: "240 B,64 KiB,1 MiB" },
  },
});

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
  if (!hasWrk && !hasAutocannon) throw new Error("no load: install wrk, or autocannon by `npm install` in tests/bench");
  const { only, sizes, profile } = options;
  const [rounds, seconds, keys] = [Number(options.rounds), Number(options.seconds), Number(options.keys)];
  const places = pinned
    ? `on processor ${LOAD}, the servers on ${SERVER}`
    : "not pinned: taskset or a second processor is missing";
  say(`${machine()}; ${rounds} rounds of ${seconds} s, ${loadOfMachine()}`);
  say(`Load: ${hasWrk ? "wrk" : "autocannon, itself the limit of the faster rows"}, ${places}.`);
  const { key } = database;
  const one: Bench = {
    rounds,
    seconds,
    only,
    sizes,
    keys,
    profile,
    scratch,
    database,
    key,
    samples: new Samples(),
    facts: {},
    started,
    say,
  };
  const chosen = options.parts.split(",");
  for (const [name, part] of Object.entries(PARTS)) {
    if (!chosen.includes(name)) continue;
    say(`${name} …`);
    const began = performance.now();
    await part(one);
    await Promise.all(started.splice(0).map(({ stop }) => stop()));
    say(`${name}: ${Math.round((performance.now() - began) / 1_000)} s`);
  }
  say(`\n${reportTables(one.samples, one.facts)}\n\n${loadOfMachine()}`);
  const report = { machine: machine(), rows: one.samples.rows(), ratios: ratios(one.samples, one.facts) };
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
}
