import { parseArgs } from "node:util";
import { Busy, Unsettled } from "../../database-busy";
import { db } from "../../db";
import { describe as sentence } from "../../refusals";
import type { Command } from "./command";
import { confirm, type Terminal } from "./confirm";
import { Declined, Misused } from "./ends";
import { GATEWAY_COMMANDS } from "./gateway-commands";
import { helpOf, overview, usageOf } from "./help";
import { KEY_COMMANDS } from "./key-commands";
import { OWNER_COMMANDS } from "./owner-commands";
import { USER_COMMANDS } from "./user-commands";

const COMMANDS = [...OWNER_COMMANDS, ...USER_COMMANDS, ...KEY_COMMANDS, ...GATEWAY_COMMANDS];

type Surroundings = { operator(): string; terminal: Terminal & { errors: NodeJS.WritableStream } };

/** Runs one command. @returns the exit code: 0 done, 1 refused, 2 not understood; a bug throws */
export async function run(args: string[], { operator, terminal }: Surroundings): Promise<number> {
  try {
    for (const line of await answerTo(args, { operator, terminal })) terminal.output.write(`${line}\n`);
    return 0;
  } catch (error) {
    const end = endOf(error);
    if (!end) throw error;
    terminal.errors.write(`${end.message}\n`);
    return end instanceof Declined ? 1 : 2;
  }
}

/** What an operator is told instead of a stack trace; nothing where it is a bug. */
function endOf(error: unknown): Declined | Misused | null {
  if (error instanceof Busy) return new Declined(sentence({ code: "busy" }));
  if (error instanceof Unsettled)
    return new Declined("The change was made; the database was too busy to confirm all of it. Run the command again to see.");
  return error instanceof Declined || error instanceof Misused ? error : null;
}

async function answerTo(args: string[], { operator, terminal }: Surroundings): Promise<string[]> {
  const [name, ...rest] = args;
  if (name === "--help" || name === "-h" || name === "help") return overview(COMMANDS);
  if (name === undefined) throw new Misused(overview(COMMANDS).join("\n"));
  const command = COMMANDS.find((each) => each.name === name);
  if (!command) throw new Misused(`There is no command "${name}". npm run admin -- --help lists them.`);
  if (rest.some((word) => word === "--help" || word === "-h")) return helpOf(command);
  const { words, options } = parse(command, rest);
  const ask = (about: string[], merchantName?: string) => confirm({ about, merchantName, yes: options.yes === true }, terminal);
  return command.run({ words, options, operator: operator(), confirm: ask }).finally(() => db().$disconnect());
}

function parse(command: Command, args: string[]): { words: string[]; options: Record<string, string | boolean | undefined> } {
  const named = Object.entries({ ...command.options, yes: { value: undefined } });
  const options = Object.fromEntries(
    named.map(([name, { value }]) => [name, { type: value ? ("string" as const) : ("boolean" as const) }]),
  );
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (positionals.length === command.words.length) return { words: positionals, options: values as Record<string, string | boolean> };
  } catch (error) {
    if (!(error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS")) throw error;
    throw new Misused(`${(error as Error).message}\nUsage: npm run admin -- ${usageOf(command)}`);
  }
  throw new Misused(`Usage: npm run admin -- ${usageOf(command)}`);
}
