// npm run test:node -- VERSION [PART …]
//   runs unit, integration and one browser journey, or that part, on that Node, such as 22
import path from "node:path";
import { main, print, printError, step } from "@/lib/ops/output.mjs";
import { stopRequested } from "@/lib/ops/stopping.mjs";
import { nestedRun } from "./nested-run.mjs";
import { environmentWith, installNode } from "./node-package";
import { watchNodes } from "./watch-nodes";

const PARTS = [["unit"], ["integration"], ["e2e", "tests/e2e/journey.spec.ts"]];

await main(async () => {
  const [wanted = "", ...part] = process.argv.slice(2);
  const ending = stopRequested().then(() => process.exit(130));
  const { version, program } = await step(`Node ${wanted}`, () => installNode(wanted));
  const env = environmentWith(program, process.env);
  const watch = watchNodes(path.dirname(program));
  const results = [];
  for (const args of part.length > 0 ? [part] : PARTS)
    results.push(await Promise.race([nestedRun(`Node ${version}: ${args.join(" ")}`, [program], args, env), ending]));
  const { own, others } = watch.end();
  print();
  for (const { title, passed, failed } of results) print(`${title}: ${passed} passed, ${failed} failed`);
  print(`${own} processes of Node ${version} were seen`);
  for (const command of others) printError(`Another Node ran: ${command}`);
  process.exit(results.every(({ clean }) => clean) && others.length === 0 ? 0 : 1);
});
