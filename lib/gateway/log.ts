import pino, { type DestinationStream, type Logger } from "pino";
import { standardOutput } from "./log-output";

/** One JSON line each. */
export function createLog(level: string, destination: DestinationStream = standardOutput()): Logger {
  return pino({ serializers: { err: described }, level, base: { process: "gateway", pid: process.pid } }, destination);
}

/**
 * What a log may hold of an error. Its other properties stay out: the driver hangs the whole client on an error, with the key that cancels its
 * queries, and the database puts values of the row in `detail`.
 */
function described(error: unknown): object {
  if (!(error instanceof Error)) return { message: typeof error };
  const { name, message, stack } = error;
  const code = "code" in error ? error.code : undefined;
  return { name, message, code, stack, cause: error.cause === undefined ? undefined : described(error.cause) };
}
