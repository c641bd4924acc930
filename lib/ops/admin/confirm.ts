import { createInterface } from "node:readline/promises";
import { Declined } from "./errors";

export type Terminal = { input: NodeJS.ReadableStream & { isTTY?: boolean }; output: NodeJS.WritableStream };

type Question = { about: string[]; merchantName?: string; yes: boolean };

/** Shows what will be done, and continues only after a yes. Without a terminal it needs `yes`. */
export async function confirm({ about, merchantName, yes }: Question, terminal: Terminal): Promise<void> {
  for (const line of about) terminal.output.write(`${line}\n`);
  if (yes) return;
  if (!terminal.input.isTTY)
    throw new Declined(
      "This command asks before it changes anything, and there is no terminal to ask on. Add --yes. Nothing was changed.",
    );
  const answer = await ask(
    merchantName === undefined ? "Continue? [y/N] " : "Type the merchant's name to continue: ",
    terminal,
  );
  const agreed = merchantName === undefined ? /^y(es)?$/i.test(answer) : answer === merchantName;
  if (!agreed) throw new Declined("Nothing was changed.");
}

/** The answer, or "" if the input ends or Ctrl-C is pressed. */
function ask(question: string, { input, output }: Terminal): Promise<string> {
  const lines = createInterface({ input, output });
  return new Promise((resolve) => {
    lines.once("close", () => resolve(""));
    lines.once("SIGINT", () => lines.close());
    void lines.question(question).then((answer) => {
      resolve(answer.trim());
      lines.close();
    });
  });
}
