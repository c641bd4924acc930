import pino, { type DestinationStream, type Logger } from "pino";
import { standardOutput } from "./log-output";

/** One JSON line each. `name` is what the process is called in them. */
export function createLog(level: string, destination: DestinationStream = standardOutput(), name = "gateway"): Logger {
  return pino({ serializers: { err: described }, level, base: { process: name, pid: process.pid } }, destination);
}

/**
 * What a log may hold of an error; `digest` is the reference that its page shows. Its other properties stay out: the driver hangs the whole client on an error, with the key that cancels its
 * queries, and the database puts values of the row in `detail`.
 */
function described(error: unknown): object {
  if (!(error instanceof Error)) return { message: typeof error };
  const { name, message, stack } = error;
  const { code, digest } = error as { code?: unknown; digest?: unknown };
  return { name, message, code, digest, stack, cause: error.cause === undefined ? undefined : described(error.cause) };
}
