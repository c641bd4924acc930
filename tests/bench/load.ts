import type { ChildProcess } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isInstalled, LOAD, startOn } from "./processes";

/** A POST, or a GET if there is no body. */
export type LoadTarget = { url: string; headers: Record<string, string>; bodyFile: string | null };
/** The number of replies with 200, and of all others. */
export type Load = { failed: number; requests: number; rps: number; p50Ms: number; p99Ms: number };

const autocannon = path.join(import.meta.dirname, "node_modules/autocannon/autocannon.js");

export const hasWrk = isInstalled("wrk", ["--version"]);
export const hasAutocannon = existsSync(autocannon);

/** As many requests as the server can answer, for this many seconds. */
export function peakLoad(asked: LoadTarget, seconds: number, scratch: string, connections: number): Promise<Load> {
  return hasWrk ? wrk(asked, seconds, scratch, connections) : cannon(asked, seconds, connections);
}

/**
 * A fixed number of requests per second. The latency of a late request counts from when it was
 * due.
 */
export const steadyLoad = (asked: LoadTarget, seconds: number, rate: number): Promise<Load> =>
  cannon(asked, seconds, 32, rate);

async function wrk(
  { url, headers, bodyFile }: LoadTarget,
  seconds: number,
  scratch: string,
  connections: number,
): Promise<Load> {
  const script = path.join(scratch, "load.lua");
  const lines = Object.entries(headers).map(([name, value]) => `wrk.headers["${name}"] = "${value}"`);
  const post = bodyFile === null ? [] : ['wrk.method = "POST"', `wrk.body = io.open("${bodyFile}", "rb"):read("*a")`];
  writeFileSync(script, [...post, ...lines, DONE].join("\n"));
  const text = await printed(
    startOn(LOAD, "wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "30s", "-s", script, url]),
  );
  const [requests, micros, failed, p50, p99] = (/^FIGURES (.*)$/m.exec(text)?.[1] ?? "")
    .split(" ")
    .map(Number) as number[];
  if (!micros) throw new Error(`no figures:\n${text}`);
  const served = (requests ?? 0) - (failed ?? 0);
  return {
    requests: served,
    failed: failed ?? 0,
    rps: served / (micros / 1e6),
    p50Ms: (p50 ?? Number.NaN) / 1e3,
    p99Ms: (p99 ?? Number.NaN) / 1e3,
  };
}

const DONE = `function done(s, l)
  local e = s.errors
  print("FIGURES " .. s.requests .. " " .. s.duration .. " " .. (e.connect + e.read + e.write + e.status + e.timeout)
    .. " " .. l:percentile(50) .. " " .. l:percentile(99))
end`;

async function cannon(
  { url, headers, bodyFile }: LoadTarget,
  seconds: number,
  connections: number,
  rate?: number,
): Promise<Load> {
  const post = bodyFile === null ? [] : ["-m", "POST", "-i", bodyFile];
  const args = ["-j", "-n", ...post, "-c", String(connections), "-d", String(seconds)];
  const sent = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}=${value}`]);
  const text = await printed(
    startOn(LOAD, process.execPath, [autocannon, ...args, ...(rate ? ["-R", String(rate)] : []), ...sent, url]),
  );
  const { requests, latency, errors, timeouts, non2xx, duration } = JSON.parse(text.slice(text.indexOf("{")));
  const failed = errors + timeouts + non2xx;
  const served = requests.total - failed;
  return { requests: served, failed, rps: served / duration, p50Ms: latency.p50, p99Ms: latency.p99 };
}

/** A program's output. Rejects if the program fails. */
export async function printed(child: ChildProcess): Promise<string> {
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
