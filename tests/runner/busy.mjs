// npm run test:busy [-- PART …]   runs the tests twice more: first while four programs at full
// load share two processors with them, then all on one processor
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { bold, ExpectedError, main, print } from "../../lib/ops/output.mjs";
import { dieWithParent, root } from "../../lib/ops/run.mjs";
import { stopRequested } from "../../lib/ops/stopping.mjs";

const LOADS = 4;
/** Always busy, but ends when this process is gone. */
const LOAD =
  "const spin = () => { for (const until = Date.now() + 100; Date.now() < until; ); setImmediate(spin); }; spin();";

await main(async () => {
  if (process.platform !== "linux")
    throw new ExpectedError("test:busy pins processes to processors, which it can do on Linux alone.");
  const [first, second = first] = processors();
  const both = [first, second].join();
  const ending = stopRequested().then(() => process.exit(130));
  const loads = Array.from({ length: LOADS }, () =>
    start("taskset", ["-c", both, process.execPath, ...dieWithParent.args, "--eval", LOAD]),
  );
  const busy = await Promise.race([suite(`${LOADS} busy programs on two processors`, both), ending]);
  for (const load of loads) load.kill("SIGKILL");
  const alone = await Promise.race([suite("one processor", String(first)), ending]);
  print(`\n${busy.passed + alone.passed} passed, ${busy.failed + alone.failed} failed`);
  process.exit(busy.clean && alone.clean ? 0 : 1);
});

/**
 * Runs the tests on these processors only and shows their output as it comes.
 * @param {string} title
 * @param {string} processors
 */
async function suite(title, processors) {
  print(bold(`\n${title}`));
  const began = performance.now();
  const args = [
    "-c",
    processors,
    process.execPath,
    ...dieWithParent.args,
    path.join(root, "tests/runner/test.mjs"),
    ...process.argv.slice(2),
  ];
  const child = start("taskset", args, ["ignore", "pipe", "inherit", "ipc"]);
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    process.stdout.write(text);
    output = (output + text).slice(-2_000);
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  const [, passed = 0, failed = 1] = /\n(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [];
  print(`${title}: ${Math.round((performance.now() - began) / 1000)} s`);
  return { passed: Number(passed), failed: Number(failed), clean: code === 0 };
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").StdioOptions} stdio
 */
const start = (command, args, stdio = ["ignore", "ignore", "inherit", "ipc"]) =>
  spawn(command, args, { cwd: root, env: { ...process.env, ...dieWithParent.env }, detached: true, stdio });

/** The processors that this process may use. */
function processors() {
  const [, list = "0"] = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return list.split(",").flatMap((range) => {
    const [from = 0, to = from] = range.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
