import { stripVTControlCharacters } from "node:util";
import type { Logger } from "pino";
import { requestContext } from "./request-context";

const LEVELS = { error: "error", warn: "warn", log: "info", info: "info", debug: "debug" } as const;

/**
 * Whatever Next, next-auth, a library or our own code prints becomes a line of the log, with the id of the request it belongs to.
 *
 * Promise: of an error it holds what createLog lets through, of any other value only text and numbers. Attack: Next prints every property of an error:
 * the driver's client with its password, the row that a constraint refused.
 */
export function consoleToLog(log: Logger): void {
  for (const [method, level] of Object.entries(LEVELS) as [keyof typeof LEVELS, (typeof LEVELS)[keyof typeof LEVELS]][])
    console[method] = (...given: unknown[]) => {
      const error = given.find((each) => each instanceof Error);
      if (isHangUp(error)) return;
      // Nothing is broken, and whoever met it says so as well.
      const isBusy = error instanceof Error && error.name === "Busy";
      log[isBusy ? "warn" : level]({ ...requestContext(), ...(error && { err: error }) }, textOf(given) || "an unexpected error");
    };
}

/** A client that went away in the middle of its request is nobody's fault. */
export const isHangUp = (error: unknown): boolean =>
  error instanceof Error && error.message === "aborted" && "code" in error && error.code === "ECONNRESET";

function textOf(given: readonly unknown[]): string {
  const texts = given.filter((each) => ["string", "number", "boolean"].includes(typeof each));
  return stripVTControlCharacters(texts.join(" ")).trim();
}
