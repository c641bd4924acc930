import type { Command } from "./command";

const RUN = "npm run admin --";

export function overview(commands: Command[]): string[] {
  const usages = commands.map((command) => [usageOf(command), command.summary] as const);
  const width = Math.max(...usages.map(([usage]) => usage.length)) + 2;
  return [
    `Usage: ${RUN} COMMAND …`,
    "",
    "What Support does for merchants and users, run by an operator on the server. Commands that change something say so and ask first.",
    "Each change is recorded with your user name on this machine and shown to the merchant's Owners.",
    "",
    ...usages.map(([usage, summary]) => `  ${usage.padEnd(width)}${summary}`),
    "",
    `${RUN} COMMAND --help explains a command. --yes skips the question.`,
    "Exit codes: 0 done, 1 refused or not confirmed, 2 not understood.",
  ];
}

export function helpOf(command: Command): string[] {
  const options = Object.entries({ ...command.options, yes: { about: "do not ask", value: undefined } }).map(
    ([name, { value, about }]) => [`--${name}${value ? ` ${value}` : ""}`, about] as const,
  );
  const width = Math.max(16, ...options.map(([option]) => option.length)) + 2;
  return [
    `Usage: ${RUN} ${usageOf(command)}`,
    "",
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`,
    ...command.details,
    "",
    ...options.map(([option, about]) => `  ${option.padEnd(width)}${about}`),
  ];
}

export const usageOf = ({ name, words, options }: Command): string =>
  [name, ...words, ...Object.entries(options).map(optionOf)].join(" ");

function optionOf([name, { value, needed }]: [string, Command["options"][string]]): string {
  const text = `--${name}${value ? ` ${value}` : ""}`;
  return needed ? text : `[${text}]`;
}
