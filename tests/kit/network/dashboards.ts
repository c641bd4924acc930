import { spawn } from "node:child_process";
import { once } from "node:events";
import { environmentOf } from "@/lib/ops/environments.mjs";
import { waitUntilGone } from "@/lib/ops/processes.mjs";
import { dieWithParent } from "@/lib/ops/run.mjs";
import { childEnv, root } from "../child-env";
import { shellBlock } from "../docs";
import { familyOf, outputOf, untilAnswers } from "../started";

export type Dashboard = {
  port: number;
  /**
   * Sends SIGTERM to npm. Resolves to its exit code once the server that it started is gone too;
   * throws if the server lives on.
   */
  stop(): Promise<number | null>;
  /** Everything it has printed. */
  output(): string;
  /** Kills whatever is left. */
  end(): void;
};

/**
 * A dashboard, started by the command in docs/deployment.md, which sets the trusted proxies and
 * the public origin; the rest is what `.env` would contain. npm ends when the test's process does,
 * however that ends, and passes the signal on to the server.
 */
export async function startDashboard(port: number, origin: string): Promise<Dashboard> {
  const [, variables = "", script = ""] =
    /^(PORT=.*) npm run (dashboard)/m.exec(shellBlock("docs/deployment.md", "npm run dashboard")) ?? [];
  const given = Object.fromEntries(variables.split(" ").map((each) => each.split("=") as [string, string]));
  const own = { ...given, PORT: String(port), PUBLIC_ORIGIN: origin, NEXTAUTH_URL: "" };
  const npm = spawn("npm", ["run", script], {
    cwd: root,
    env: {
      ...childEnv(environmentOf("dashboard", { ...process.env, ...own })),
      ...dieWithParent.env,
      NODE_OPTIONS: dieWithParent.args.join(" "),
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const output = outputOf(npm);
  const exited = once(npm, "exit").then(([code]) => code as number | null);
  let started: number[] = [];
  const end = () => [npm.pid as number, ...started].forEach(kill);
  const stop = async () => {
    npm.kill("SIGTERM");
    const code = await exited;
    if (!(await Promise.all(started.map((pid) => waitUntilGone(pid, 1_000)))).every(Boolean))
      throw new Error("npm has left its server behind");
    return code;
  };
  try {
    await untilAnswers(`http://127.0.0.1:${port}/api/health`, npm, output);
    started = serversOf(npm.pid as number);
    return { port, stop, output, end };
  } catch (error) {
    started = serversOf(npm.pid as number);
    end();
    throw error;
  }
}

const serversOf = (npm: number) => familyOf(npm).flatMap(({ pid }) => (pid === npm ? [] : [pid]));

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has already ended.
  }
}
