// npm run test:busy [-- PART …]   runs the tests twice more: first while four programs at full
// load share two processors with them, then all on one processor
import { readFileSync } from "node:fs";
import { ExpectedError, main, print } from "../../lib/ops/output.mjs";
import { dieWithParent } from "../../lib/ops/run.mjs";
import { stopRequested } from "../../lib/ops/stopping.mjs";
import { nestedRun, startInGroup } from "./nested-run.mjs";

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
    startInGroup("taskset", ["-c", both, process.execPath, ...dieWithParent.args, "--eval", LOAD]),
  );
  const busy = await Promise.race([suite(`${LOADS} busy programs on two processors`, both), ending]);
  for (const load of loads) load.kill("SIGKILL");
  const alone = await Promise.race([suite("one processor", String(first)), ending]);
  print(`\n${busy.passed + alone.passed} passed, ${busy.failed + alone.failed} failed`);
  process.exit(busy.clean && alone.clean ? 0 : 1);
});

/**
 * Runs the tests on these processors only.
 * @param {string} title
 * @param {string} processors
 */
function suite(title, processors) {
  return nestedRun(title, ["taskset", "-c", processors, process.execPath], process.argv.slice(2));
}

/** The processors that this process may use. */
function processors() {
  const [, list = "0"] = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return list.split(",").flatMap((range) => {
    const [from = 0, to = from] = range.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
