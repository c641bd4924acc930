import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { childEnv } from "../child-env";

export type Program = {
  child: ChildProcess;
  line(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<{ code: number | null; output: string }>;
};

/**
 * Compiles Prisma's WebAssembly only once, with the fast compiler. Most programs live for about a
 * second, so the better code of a second pass costs more than it saves.
 */
export const SHORT_LIVED = "--liftoff-only";

/**
 * A real Node process that runs JavaScript source or a file. `line` resolves to the next line it
 * prints.
 */
export function program(
  source: string | { file: string; args?: string[] },
  { env = {}, cwd }: { env?: Record<string, string>; cwd?: string } = {},
): Program {
  const args =
    typeof source === "string" ? ["--input-type=module", "--eval", source] : [source.file, ...(source.args ?? [])];
  const child = spawn(process.execPath, [SHORT_LIVED, ...args], { cwd, env: childEnv(env) });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, output })),
  );
  const line = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`The program ended:\n${output}`);
    return value;
  };
  return { child, line, ended, kill: (signal) => void child.kill(signal) };
}
