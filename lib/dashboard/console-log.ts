import { stripVTControlCharacters } from "node:util";
import type { Logger } from "pino";
import { requestContext } from "./request-context";

const LEVELS = { error: "error", warn: "warn", log: "info", info: "info", debug: "debug" } as const;

/**
 * Turns everything that Next, next-auth, a library or our own code prints into a log line, with
 * the id of its request.
 *
 * Promise: the line holds of an error only what createLog allows, and of other values only
 * strings, numbers and booleans. Attack: Next prints every property of an error, such as the
 * driver's client with its password, or the row that a constraint refused.
 */
export function consoleToLog(log: Logger): void {
  for (const [method, level] of Object.entries(LEVELS) as [keyof typeof LEVELS, (typeof LEVELS)[keyof typeof LEVELS]][])
    console[method] = (...given: unknown[]) => {
      const error = given.find((each) => each instanceof Error);
      if (isHangUp(error)) return;
      // A busy database is no bug, and the code that met it logs it as well.
      const isBusy = error instanceof Error && error.name === "Busy";
      log[isBusy ? "warn" : level](
        { ...requestContext(), ...(error && { err: error }) },
        textOf(given) || "an unexpected error",
      );
    };
}

/** Whether a client disconnected in the middle of its request, which is no error of ours. */
export const isHangUp = (error: unknown): boolean =>
  error instanceof Error && error.message === "aborted" && "code" in error && error.code === "ECONNRESET";

function textOf(given: readonly unknown[]): string {
  const texts = given.filter((each) => ["string", "number", "boolean"].includes(typeof each));
  return stripVTControlCharacters(texts.join(" ")).trim();
}
