import pino, { type DestinationStream, type Logger } from "pino";

/** One JSON line each; written in batches, so that a request does not wait for the disk. */
export function createLog(level: string, destination: DestinationStream = batched()): Logger {
  return pino({ serializers: { err: described }, level, base: { process: "gateway", pid: process.pid } }, destination);
}

/** With each line it counts the bytes of the whole batch: larger batches cost more than the writes they save. */
function batched(): DestinationStream {
  return pino.destination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: 200 });
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
