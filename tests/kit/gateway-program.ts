import { type ChildProcess, type SpawnOptionsWithStdioTuple, type StdioNull, type StdioPipe, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "../..");

/** `npm run test:bun` names Bun. */
export const onBun = process.env.TEST_BUN !== undefined;
const runtime = process.env.TEST_BUN ?? process.execPath;

export type Program = {
  child: ChildProcess;
  exited: Promise<number | null>;
  /** All it printed so far. */
  output(): string;
  stop(): Promise<void>;
};

/** Bundles a program as `npm start` does, and starts it with these variables and no other. */
export async function startProgram(entry: string, env: NodeJS.ProcessEnv): Promise<Program> {
  const file = await bundled(entry);
  const stdio: SpawnOptionsWithStdioTuple<StdioNull, StdioPipe, StdioPipe>["stdio"] = ["ignore", "pipe", "pipe"];
  const child = spawn(runtime, [file], { env, stdio });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  void exited.then(() => rm(path.dirname(file), { recursive: true, force: true }));
  return { child, exited, output: () => output, stop: () => ended(child, exited) };
}

async function ended(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGCONT");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 12_000);
  await exited.finally(() => clearTimeout(timer));
}

/** Inside the repository, where its packages are found. */
async function bundled(entry: string): Promise<string> {
  const folder = await mkdtemp(path.join(root, "node_modules/.gateway-"));
  const outfile = path.join(folder, "gateway.mjs");
  const entryPoints = [path.join(root, entry)];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", packages: "external", logLevel: "error" });
  return outfile;
}
