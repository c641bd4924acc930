import { Busy, Indeterminate } from "../../platform/db/database-busy";
import { db } from "../../platform/db/db";
import { describe as sentence } from "../../words/refusals/refusals";
import { Declined } from "./errors";
import { GATEWAY_COMMANDS } from "./gateway-commands";
import { KEY_COMMANDS } from "./key-commands";
import { LEAK_COMMANDS } from "./leak-commands";
import { OWNER_COMMANDS } from "./owner-commands";
import { type CommandContext, runCommand } from "./runner";
import { SEALING } from "./sealing-help";
import { USER_COMMANDS } from "./user-commands";

/** `sealing` is only here for its help: lib/gateway/sealing runs it, with the private keys. */
const COMMANDS = [...OWNER_COMMANDS, ...USER_COMMANDS, ...KEY_COMMANDS, ...GATEWAY_COMMANDS, ...LEAK_COMMANDS, SEALING];

/** Runs an operator's command as the dashboard's database role. @returns the exit code */
export const run = (args: string[], surroundings: CommandContext): Promise<number> =>
  runCommand(args, surroundings, { commands: COMMANDS, endOf, close: () => db().$disconnect() });

function endOf(error: unknown): Declined | null {
  if (error instanceof Busy) return new Declined(sentence({ code: "busy" }));
  if (error instanceof Indeterminate)
    return new Declined(
      "The change was made, but the database was too busy to confirm all of it. Run the command again.",
    );
  return null;
}
