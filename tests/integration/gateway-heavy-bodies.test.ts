import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { gatewayProcess } from "../kit/gateway";
import { insertKey } from "../kit/gateway-keys";
import { codeOf, sendOnce, signed } from "../kit/gateway-requests";
import { metricOf } from "../kit/metrics";

const SPIN = path.join(import.meta.dirname, "../bench/loads/spin.mjs");
const PROCESSOR = "0";
const busy: ChildProcess[] = [];
afterEach(() => {
  for (const child of busy.splice(0)) child.kill();
});

test("40 bodies of 1 MiB at once, beside two processes at full load on the gateway's processor: all are served, and the lease never lapses", async () => {
  const gateway = await gatewayProcess({ metrics: true });
  const key = await insertKey();
  execFileSync("taskset", ["-a", "-p", "-c", PROCESSOR, String(gateway.pid)]);
  for (let count = 0; count < 2; count++) busy.push(spawn("taskset", ["-c", PROCESSOR, process.execPath, SPIN]));
  const body = `"${"x".repeat(1024 * 1024 - 2)}"`;
  const headers = signed(key, body);
  const replies = await Promise.all(Array.from({ length: 40 }, () => sendOnce(`${gateway.origin}/api/v2/whoami`, { headers, body })));
  expect(replies.map(codeOf)).toEqual(Array(40).fill("200 accepted"));
  expect(await metricOf(gateway, "lease_lapses_total")).toBe(0);
  await gateway.stop();
});
