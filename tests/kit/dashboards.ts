import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { environmentOf } from "@/lib/ops/environments.mjs";
import { gone } from "@/lib/ops/processes.mjs";
import { readmeBlock } from "./nginx";

const root = path.resolve(import.meta.dirname, "../..");

export type Dashboard = {
  port: number;
  /** SIGTERM to npm. Answers with its exit code once the server that it started is gone too, and throws if that lives on. */
  stop(): Promise<number | null>;
  /** Ends whatever is left. */
  end(): void;
};

/**
 * A dashboard by the README's command, which says who may be believed and where it is reached; the rest is what `.env` would hold. Npm and the
 * server stay in the group of the tests, which is ended as a whole when a run is.
 */
export async function startDashboard(port: number, origin: string): Promise<Dashboard> {
  const [, variables = "", script = ""] = /^(PORT=.*) npm run (dashboard)/m.exec(readmeBlock("Several of each", "sh")) ?? [];
  const given = Object.fromEntries(variables.split(" ").map((each) => each.split("=") as [string, string]));
  const own = { ...given, PORT: String(port), PUBLIC_ORIGIN: origin, NEXTAUTH_URL: "" };
  const npm = spawn("npm", ["run", script], { cwd: root, env: environmentOf("dashboard", { ...process.env, ...own }), stdio: "pipe" });
  let output = "";
  for (const stream of [npm.stdout, npm.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = once(npm, "exit").then(([code]) => code as number | null);
  let started: number[] = [];
  const end = () => [npm.pid as number, ...started].forEach(kill);
  const stop = async () => {
    npm.kill("SIGTERM");
    const code = await exited;
    if (!(await Promise.all(started.map((pid) => gone(pid, 1_000)))).every(Boolean)) throw new Error("npm has left its server behind");
    return code;
  };
  for (const deadline = Date.now() + 30_000; Date.now() < deadline && npm.exitCode === null; await sleep(50)) {
    started = descendantsOf(npm.pid as number);
    const response = await fetch(`http://127.0.0.1:${port}/api/health`, { headers: { connection: "close" } }).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok && started.length > 0) return { port, stop, end };
  }
  end();
  throw new Error(`The dashboard did not start:\n${output}`);
}

function descendantsOf(pid: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const children = lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? child : []));
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
