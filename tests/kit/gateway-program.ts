import { type ChildProcess, type SpawnOptionsWithStdioTuple, type StdioNull, type StdioPipe, spawn } from "node:child_process";
import { once } from "node:events";
import { childEnv } from "./child-env";

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

/** Starts a bundled program with these variables. */
export async function startProgram(file: string, env: NodeJS.ProcessEnv): Promise<Program> {
  const stdio: SpawnOptionsWithStdioTuple<StdioNull, StdioPipe, StdioPipe>["stdio"] = ["ignore", "pipe", "pipe"];
  const child = spawn(runtime, [file], { env: childEnv(env), stdio });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  return { child, exited, output: () => output, stop: () => ended(child, exited) };
}

async function ended(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGCONT");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 12_000);
  await exited.finally(() => clearTimeout(timer));
}
