import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { LOAD, startOn, works } from "./processes";

export type Asked = { url: string; headers: Record<string, string>; bodyFile: string };
export type Load = { requests: number; rps: number; p50Ms: number; p99Ms: number };

const CONNECTIONS = 32;
const autocannon = path.join(import.meta.dirname, "node_modules/autocannon/autocannon.js");

export const wrkIsThere = works("wrk", ["--version"]);
export const autocannonIsThere = works(process.execPath, [autocannon, "--version"]);

/** As many requests as the server answers, for that many seconds. Throws if more than a tenth was not answered 200. */
export function peakLoad(asked: Asked, seconds: number, scratch: string): Promise<Load> {
  return wrkIsThere ? wrk(asked, seconds, scratch) : cannon(asked, seconds);
}

/** So many requests a second; a late answer counts from when its request was due. */
export const steadyLoad = (asked: Asked, seconds: number, rate: number): Promise<Load> => cannon(asked, seconds, rate);

async function wrk({ url, headers, bodyFile }: Asked, seconds: number, scratch: string): Promise<Load> {
  const script = path.join(scratch, "load.lua");
  const lines = Object.entries(headers).map(([name, value]) => `wrk.headers["${name}"] = "${value}"`);
  writeFileSync(script, ['wrk.method = "POST"', ...lines, `wrk.body = io.open("${bodyFile}", "rb"):read("*a")`, DONE].join("\n"));
  const text = await printed(startOn(LOAD, "wrk", ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--timeout", "30s", "-s", script, url]));
  const [requests, micros, failed, p50, p99] = (/^FIGURES (.*)$/m.exec(text)?.[1] ?? "").split(" ").map(Number) as number[];
  if (!micros) throw new Error(`no figures:\n${text}`);
  const served = mostlyServed(requests, failed);
  return { requests: served, rps: served / (micros / 1e6), p50Ms: (p50 ?? Number.NaN) / 1e3, p99Ms: (p99 ?? Number.NaN) / 1e3 };
}

const DONE = `function done(s, l)
  local e = s.errors
  print("FIGURES " .. s.requests .. " " .. s.duration .. " " .. (e.connect + e.read + e.write + e.status + e.timeout)
    .. " " .. l:percentile(50) .. " " .. l:percentile(99))
end`;

async function cannon({ url, headers, bodyFile }: Asked, seconds: number, rate?: number): Promise<Load> {
  const args = ["-j", "-n", "-m", "POST", "-c", String(CONNECTIONS), "-d", String(seconds), "-i", bodyFile];
  const sent = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}=${value}`]);
  const text = await printed(startOn(LOAD, process.execPath, [autocannon, ...args, ...(rate ? ["-R", String(rate)] : []), ...sent, url]));
  const { requests, latency, errors, timeouts, non2xx, duration } = JSON.parse(text.slice(text.indexOf("{")));
  const served = mostlyServed(requests.total, errors + timeouts + non2xx);
  return { requests: served, rps: served / duration, p50Ms: latency.p50, p99Ms: latency.p99 };
}

/** A machine that others fill may cost a lease, and then a gateway answers 503: those do not count, are named, and must stay few. */
function mostlyServed(requests = 0, failed = 0): number {
  if (failed > 0) process.stdout.write(`  ${failed} of ${requests} requests were not answered 200\n`);
  if (!requests || failed > requests / 10) throw new Error("too few requests were answered 200");
  return requests - failed;
}

async function printed(child: ChildProcess): Promise<string> {
  let text = "";
  let problem = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    problem += chunk;
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`the load ended with ${code}: ${problem}`);
  return text;
}
