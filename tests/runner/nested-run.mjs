import { spawn } from "node:child_process";
import { bold, print } from "../../lib/ops/output.mjs";
import { dieWithParent, root } from "../../lib/ops/run.mjs";

/**
 * Runs the tests in another process, which ends with this one, and shows their output as it comes.
 * @param {string} title
 * @param {[command: string, ...args: string[]]} command what starts that Node
 * @param {string[]} args those of `npm test`
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function nestedRun(title, [command, ...first], args, env) {
  print(bold(`\n${title}`));
  const began = performance.now();
  const all = [...first, ...dieWithParent.args, `${root}/tests/runner/test.mjs`, ...args];
  const child = startInGroup(command, all, { env, stdio: ["ignore", "pipe", "inherit", "ipc"] });
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    process.stdout.write(text);
    output = (output + text).slice(-2_000);
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  const [, passed = 0, failed = 1] = /\n(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [];
  print(`${title}: ${Math.round((performance.now() - began) / 1000)} s`);
  return { title, passed: Number(passed), failed: Number(failed), clean: code === 0 };
}

/**
 * A Node in a process group of its own, which ends with this process.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, stdio?: import("node:child_process").StdioOptions }} [options]
 */
export const startInGroup = (
  command,
  args,
  { env = process.env, stdio = ["ignore", "ignore", "inherit", "ipc"] } = {},
) => spawn(command, args, { cwd: root, env: { ...env, ...dieWithParent.env }, detached: true, stdio });
