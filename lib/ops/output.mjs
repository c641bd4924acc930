import { ignoreBrokenPipe } from "./ignore-broken-pipe.mjs";

/** An expected failure: its message is all that a person needs, so no stack is printed. */
export class ExpectedError extends Error {}

/** Somebody looks at the output: it does not go into a file or another program. */
export const isScreen = Boolean(process.env.FORCE_COLOR || process.stdout.isTTY);
const coloured = process.env.FORCE_COLOR ? true : isScreen && !process.env.NO_COLOR;
/** @param {string} code @returns {(text: unknown) => string} */
const paint = (code) => (text) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : String(text));

export const bold = paint("1");
export const dim = paint("2");
export const red = paint("31");
export const green = paint("32");

/** On a terminal, every line first clears an unfinished line of `step`. */
const MAKE_ROOM = process.stdout.isTTY ? "\r\u001b[2K" : "";
export const print = (line = "") => process.stdout.write(`${MAKE_ROOM}${line}\n`);
/** @param {unknown} line */
export const printError = (line) => process.stderr.write(`${red("✗")} ${line}\n`);

/** @param {number} since a moment of performance.now() */
export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * Runs one step of the set-up and shows it on a line. `work` returns "skipped" if up to date.
 * @template Answer
 * @param {string} title
 * @param {() => Answer | Promise<Answer>} work answers "skipped" when there was nothing to do
 */
export async function step(title, work) {
  const began = performance.now();
  const stopTelling = process.stdout.isTTY ? undefined : tellProgress(title, began);
  if (process.stdout.isTTY) process.stdout.write(dim(`  · ${title} …`));
  try {
    const answer = await work();
    const skipped = answer === "skipped";
    print(`  ${skipped ? dim("·") : green("✓")} ${title} ${dim(skipped ? "up to date" : seconds(began))}`);
    return answer;
  } catch (error) {
    print(`  ${red("✗")} ${title}`);
    throw error;
  } finally {
    stopTelling?.();
  }
}

/**
 * Where a line cannot be completed later, prints one for a step that takes long: after 2 s, and
 * then at growing intervals up to 30 s.
 * @param {string} title
 * @param {number} began
 * @returns {() => void} ends it
 */
function tellProgress(title, began) {
  let pause = 2_000;
  const tell = () => {
    print(dim(`  · ${title} … ${seconds(began)}`));
    pause = Math.min(2 * pause, 30_000);
    timer = setTimeout(tell, pause);
  };
  let timer = setTimeout(tell, pause);
  return () => clearTimeout(timer);
}

/**
 * Runs a command's main function. An ExpectedError prints only its message, a bug its stack. Output
 * that cannot be written stops nothing.
 * @param {() => Promise<unknown>} work
 */
export async function main(work) {
  ignoreBrokenPipe();
  try {
    await work();
  } catch (error) {
    const { message, stack } = /** @type {Partial<Error>} */ (error ?? {});
    printError(error instanceof ExpectedError ? message : (stack ?? error));
    process.exit(1);
  }
}
