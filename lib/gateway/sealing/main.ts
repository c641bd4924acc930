import { runCommand } from "../../ops/admin/runner";
import { main } from "../../ops/output.mjs";
import { parseOpeningKeys } from "../../platform/crypto/key-ring";
import { operatorEnv, sealingEnv } from "../../platform/env";
import { sealingCommand } from "./command";
import { operatorErrorOf } from "./operator-error";

await main(async () => {
  const env = sealingEnv();
  const { stdin: input, stdout: output, stderr: errors } = process;
  const commands = [
    sealingCommand({ databaseUrl: env.GATEWAY_DATABASE_URL, ring: parseOpeningKeys(env.SEALING_PRIVATE_KEYS) }),
  ];
  const surroundings = { operator: () => operatorEnv().OPERATOR, terminal: { input, output, errors } };
  const program = { commands, endOf: operatorErrorOf, close: async () => undefined };
  process.exit(await runCommand(process.argv.slice(2), surroundings, program));
});
