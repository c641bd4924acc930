import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { gatewayProcess } from "../../kit/gateway/gateway";
import { asOwner, insertKey } from "../../kit/gateway/gateway-keys";
import { codeOf, sendOnce, signed } from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";
import { metricOf } from "../../kit/gateway/metrics";

const SPIN = path.join(import.meta.dirname, "../../bench/loads/spin.mjs");
/** The first that this process may use. */
const [, PROCESSOR = "0"] = /: (\d+)/.exec(String(execFileSync("taskset", ["-c", "-p", String(process.pid)]))) ?? [];
const busy: ChildProcess[] = [];
afterEach(() => {
  for (const child of busy.splice(0)) child.kill();
});

/**
 * A process that wants to run every 10 ms. At its end it prints its longest delay in milliseconds.
 */
const HEARTBEAT = `let [last, longest] = [performance.now(), 0];
setInterval(() => { longest = Math.max(longest, performance.now() - last); last = performance.now(); }, 10);
process.stdin.resume().on("end", () => { process.stdout.write(String(longest)); process.exit(); });`;
/**
 * A longer delay than this means that the machine is busy with much more than the two processes.
 */
const STARVED_MS = 300;

function heartbeat(): () => Promise<number> {
  const child = spawn("taskset", ["-c", PROCESSOR, process.execPath, "--eval", HEARTBEAT], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  busy.push(child);
  return async () => {
    child.stdin.end();
    const [longest] = await once(child.stdout.setEncoding("utf8"), "data");
    return Number(longest);
  };
}

/**
 * The longest duration of a statement meanwhile, in milliseconds. A renewal is a statement too, and
 * its lease ends if the database gets no processor time.
 */
function statements(): () => Promise<number> {
  let [running, longest] = [true, 0];
  const ended = (async () => {
    for (; running; await sleep(50)) {
      const began = performance.now();
      await asOwner("SELECT 1");
      longest = Math.max(longest, performance.now() - began);
    }
  })();
  return async () => {
    running = false;
    await ended;
    return longest;
  };
}

test("40 bodies of 1 MiB at once, beside two processes at full load on the gateway's processor: all are served, and the lease never expires", async () => {
  const key = await insertKey();
  const body = `"${"x".repeat(1024 * 1024 - 2)}"`;
  const headers = signed(key, body);
  const round = async () => {
    const gateway = await gatewayProcess({ metrics: true });
    execFileSync("taskset", ["-a", "-p", "-c", PROCESSOR, String(gateway.pid)]);
    for (let count = 0; count < 2; count++) busy.push(spawn("taskset", ["-c", PROCESSOR, process.execPath, SPIN]));
    const longestWaits = [heartbeat(), statements()];
    const ask = () => sendOnce(`${gateway.origin}/api/v2/whoami`, { headers, body }).then(codeOf, String);
    const codes = await Promise.all(Array.from({ length: 40 }, ask));
    const waitedMs = Math.max(...(await Promise.all(longestWaits.map((longest) => longest()))));
    for (const child of busy.splice(0)) child.kill();
    const lapses = await metricOf(gateway, "lease_lapses_total");
    await gateway.stop();
    return { codes, lapses, waitedMs };
  };
  const { codes, lapses } = await retryWithoutLease(
    round,
    ({ codes, lapses, waitedMs }) => waitedMs > STARVED_MS && (lapses > 0 || codes.some((code) => code !== ACCEPTED)),
    20,
  );
  expect(codes).toEqual(Array(40).fill(ACCEPTED));
  expect(lapses).toBe(0);
});

const ACCEPTED = "200 accepted";
