import pino, { type DestinationStream, type Logger } from "pino";
import { standardOutput } from "./log-output";

/** Logs one JSON line per entry. `name` is the process name in each line. */
export function createLog(level: string, destination: DestinationStream = standardOutput(), name = "gateway"): Logger {
  return pino({ serializers: { err: described }, level, base: { process: name, pid: process.pid } }, destination);
}

/**
 * The parts of an error that the log may hold. `digest` is the reference that the error page
 * shows. All other properties stay out: the driver attaches the whole client to an error, with
 * the key that cancels its queries, and the database puts values of the row into `detail`.
 */
function described(error: unknown): object {
  if (!(error instanceof Error)) return { message: typeof error };
  const { name, message, stack } = error;
  const { code, digest } = error as { code?: unknown; digest?: unknown };
  return { name, message, code, digest, stack, cause: error.cause === undefined ? undefined : described(error.cause) };
}
