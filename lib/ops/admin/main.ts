import { operatorEnv } from "../../platform/env";
import { main } from "../output.mjs";
import { refusePoolers } from "../postgres/refuse-poolers.mjs";
import { run } from "./run";

await main(() => refusePoolers());
const { stdin: input, stdout: output, stderr: errors } = process;
process.exit(
  await run(process.argv.slice(2), { operator: () => operatorEnv().OPERATOR, terminal: { input, output, errors } }),
);
