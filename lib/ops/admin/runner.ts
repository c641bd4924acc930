import { parseArgs } from "node:util";
import { WrongEnvironment } from "../../platform/env";
import type { Command } from "./command";
import { confirm, type Terminal } from "./confirm";
import { Declined, UsageError } from "./errors";
import { helpOf, overview, usageOf } from "./help";

export type CommandContext = { operator(): string; terminal: Terminal & { errors: NodeJS.WritableStream } };

export type Program = {
  commands: Command[];
  /** The message to print instead of a stack trace; null for a bug. */
  endOf(error: unknown): Declined | null;
  close(): Promise<unknown>;
};

/** Runs one command. @returns the exit code: 0 done, 1 refused, 2 invalid. Bugs are thrown */
export async function runCommand(args: string[], surroundings: CommandContext, program: Program): Promise<number> {
  const { output, errors } = surroundings.terminal;
  try {
    for (const line of await answerTo(args, surroundings, program)) output.write(`${line}\n`);
    return 0;
  } catch (error) {
    const end = error instanceof Declined || error instanceof UsageError ? error : endOf(error, program);
    if (!end) throw error;
    errors.write(`${end.message}\n`);
    return end instanceof Declined ? 1 : 2;
  }
}

const endOf = (error: unknown, program: Program): Declined | null =>
  error instanceof WrongEnvironment ? new Declined(error.message) : program.endOf(error);

async function answerTo(
  args: string[],
  { operator, terminal }: CommandContext,
  { commands, close }: Program,
): Promise<string[]> {
  const [name, ...rest] = args;
  if (name === undefined) throw new UsageError(overview(commands).join("\n"));
  if (name === "help" || args.some(isHelp)) return helpAbout(args, commands);
  const command = commandNamed(name, commands);
  const { words, options } = parse(command, rest);
  const ask = (about: string[], merchantName?: string) =>
    confirm({ about, merchantName, yes: options.yes === true }, terminal);
  const tell = (line: string) => void terminal.output.write(`${line}\n`);
  return command.run({ words, options, operator: operator(), confirm: ask, tell }).finally(close);
}

const isHelp = (word: string): boolean => word === "--help" || word === "-h";

/** `help`, `help COMMAND`, `--help`, `COMMAND … --help`. */
function helpAbout(args: string[], commands: Command[]): string[] {
  const [name] = (args[0] === "help" ? args.slice(1) : args).filter((word) => !isHelp(word));
  return name === undefined ? overview(commands) : helpOf(commandNamed(name, commands));
}

function commandNamed(name: string, commands: Command[]): Command {
  const command = commands.find((each) => each.name === name);
  if (!command) throw new UsageError(`There is no command "${name}". npm run admin -- --help lists them.`);
  return command;
}

/** A command without any of the words that it needs is answered with its help. */
function parse(
  command: Command,
  args: string[],
): { words: string[]; options: Record<string, string | boolean | undefined> } {
  const named = Object.entries({ ...command.options, yes: { value: undefined } });
  const options = Object.fromEntries(
    named.map(([name, { value }]) => [name, { type: value ? ("string" as const) : ("boolean" as const) }]),
  );
  if (args.length === 0 && command.words.length > 0) throw new UsageError(helpOf(command).join("\n"));
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (positionals.length === command.words.length)
      return { words: positionals, options: values as Record<string, string | boolean> };
  } catch (error) {
    if (!(error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS")) throw error;
    throw new UsageError(`${(error as Error).message}\n${usageOf(command)}`);
  }
  throw new UsageError(usageOf(command));
}
