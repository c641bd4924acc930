import { operatorEnv } from "../../env";
import { run } from "./run";

const { stdin: input, stdout: output, stderr: errors } = process;
process.exit(await run(process.argv.slice(2), { operator: () => operatorEnv().OPERATOR, terminal: { input, output, errors } }));
