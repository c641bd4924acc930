import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { freePort } from "../../kit/free-port";
import { signed } from "../../kit/gateway/gateway-requests";
import type { Bench } from "../bench";
import { ratio } from "../figures";
import { measureHonestLoad, requestText, runLoadProcess } from "../load-process";
import { type Running, run, SERVER } from "../processes";
import { startGateway } from "../servers";

type Attacked = { statuses: Record<string, number> };
type Stall = { name: string; begin(seconds: number): Promise<Attacked> };
type Target = { gateway: Running; port: number; metric(name: string): Promise<number> };

const SECONDS = 8;
const MEBIBYTE = 1024 * 1024;

/**
 * Five ways in which one client used to stall a gateway. Measures the latency of 200 honest
 * requests per second from another address, before and during each.
 */
export async function stalls(bench: Bench): Promise<void> {
  const { facts, samples, say, rounds } = bench;
  const target = await startTarget(bench);
  const honest = (name: string) => measureHonestLoad(bench, name, target.gateway, target.port, SECONDS - 2);
  await honest("warm");
  for (const { name, begin } of stallsOf(bench, target)) {
    const [before, during] = [`Honest, before ${name}`, `Honest, during ${name}`];
    const lapses = await target.metric("lease_lapses_total");
    for (let round = 0; round < rounds; round++) {
      await honest(before);
      const attacking = begin(SECONDS);
      await sleep(1_000);
      await honest(during);
      say(`  ${name}: ${JSON.stringify((await attacking).statuses)}`);
    }
    for (const figure of ["p50Ms", "p99Ms"] as const)
      facts[`${name}, honest ${figure.slice(0, 3)} during / before`] =
        ratio(figure, samples.of(during), samples.of(before)) ?? Number.NaN;
    facts[`${name}, leases that lapsed`] = (await target.metric("lease_lapses_total")) - lapses;
  }
}

async function startTarget(bench: Bench): Promise<Target> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const gateway = startGateway(bench, port, { METRICS_PORT: String(metricsPort) });
  const metric = async (name: string) => {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    return Number(new RegExp(`^countersign_gateway_${name} (\\S+)$`, "m").exec(text)?.[1]);
  };
  return { gateway, port, metric };
}

function stallsOf(bench: Bench, { port }: Target): Stall[] {
  const attack = (kind: string, connections: number, request?: string) => (seconds: number) =>
    runLoadProcess<Attacked>(
      "attack.mjs",
      { port, kind, connections, seconds, ...(request && { request: written(bench, request) }) },
      { behind: true },
    );
  const ofMebibyte = (body: string) => requestText(bench.key, body);
  return [
    { name: "2,000 silent connections", begin: attack("silent", 2_000) },
    { name: "4 connections of one-byte chunks", begin: attack("chunks", 4, chunkedHead(bench)) },
    { name: "1 MiB of open brackets, 4 at a time", begin: attack("requests", 4, ofMebibyte("[".repeat(MEBIBYTE))) },
    {
      name: "40 bodies of 1 MiB at once, two busy processes",
      begin: besideTwo(attack("requests", 40, ofMebibyte(`"${"x".repeat(MEBIBYTE - 2)}"`))),
    },
    { name: "a lock on the keys for half a second of each", begin: (seconds) => locked(bench, seconds) },
  ];
}

function written({ scratch }: Bench, text: string): string {
  const file = path.join(scratch, "attack.txt");
  writeFileSync(file, text);
  return file;
}

function chunkedHead({ key }: Bench): string {
  const lines = Object.entries({ Host: "bench", ...signed(key, "{}"), "Transfer-Encoding": "chunked" });
  return `POST /api/v2/whoami HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n`;
}

/** The same while two processes keep the gateway's processor fully busy. */
const besideTwo =
  (begin: Stall["begin"]): Stall["begin"] =>
  async (seconds) => {
    const spin = path.join(import.meta.dirname, "../loads/spin.mjs");
    const busy = [1, 2].map(() => run(SERVER, process.execPath, [spin], {}));
    return begin(seconds).finally(() => Promise.all(busy.map(({ stop }) => stop())));
  };

/**
 * Locks the keys half of the time, so that nobody reads or renews. Cached keys are still served,
 * and the lease survives.
 */
async function locked({ database }: Bench, seconds: number): Promise<Attacked> {
  const client = new pg.Client({ connectionString: database.urlOf("countersign") });
  await client.connect();
  for (const until = Date.now() + seconds * 1_000; Date.now() < until; await sleep(500)) {
    await client.query("BEGIN; LOCK TABLE api_keys");
    await sleep(500);
    await client.query("COMMIT");
  }
  await client.end();
  return { statuses: {} };
}
