import type { Command } from "./command";

const RUN = "npm run admin --";
const MAX_COLUMNS = 100;

export function overview(commands: Command[]): string[] {
  const forms = commands.map((command) => [formOf(command), command.summary] as const);
  const width = Math.max(...forms.map(([form]) => form.length)) + 2;
  return [
    `Usage: ${RUN} COMMAND …`,
    "",
    "What Support does for merchants and users, run by an operator on the server.",
    "Commands that change something say so and ask first. Each change is recorded with your user name",
    "on this machine and shown to the merchant's Owners.",
    "",
    ...forms.map(([form, summary]) => `  ${form.padEnd(width)}${summary}`),
    "",
    `${RUN} help COMMAND explains a command and its options. --yes skips the question.`,
    "Exit codes: 0 done, 1 refused or not confirmed, 2 not understood.",
  ];
}

export function helpOf(command: Command): string[] {
  const options = Object.entries(command.options).map(
    ([name, option]) => [textOf(name, option), option.about] as const,
  );
  const all = command.readOnly ? options : [...options, ["--yes", "skips the question"] as const];
  const width = Math.max(16, ...all.map(([option]) => option.length)) + 2;
  return [
    usageOf(command),
    "",
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`,
    ...command.details,
    ...(all.length > 0 ? [""] : []),
    ...all.map(([option, about]) => `  ${option.padEnd(width)}${about}`),
  ];
}

/** "Usage: npm run admin -- retire-key KEY --reason REASON", on as many lines as it takes. */
export const usageOf = ({ name, words, options }: Command): string =>
  wrapped([`Usage: ${RUN} ${name}`, ...words, ...Object.entries(options).map(optionOf)]);

/** A command with what it cannot do without. */
const formOf = ({ name, words, options }: Command): string =>
  [
    name,
    ...words,
    ...Object.entries(options).flatMap(([of, option]) => (option.needed ? textOf(of, option) : [])),
  ].join(" ");

type Option = Command["options"][string];

const textOf = (name: string, { value }: Option): string => `--${name}${value ? ` ${value}` : ""}`;

const optionOf = ([name, option]: [string, Option]): string =>
  option.needed ? textOf(name, option) : `[${textOf(name, option)}]`;

/** Parts with spaces between them, or a new, indented line where one would become too long. */
const wrapped = (parts: string[]): string =>
  parts.reduce((text, part) => {
    const line = text.slice(text.lastIndexOf("\n") + 1);
    return `${text}${line.length + part.length < MAX_COLUMNS ? " " : "\n         "}${part}`;
  });
