import pino, { type DestinationStream, type Logger } from "pino";

/** One JSON line each; written in batches, so that a request does not wait for the disk. */
export function createLog(level: string, destination: DestinationStream = batched()): Logger {
  return pino({ serializers: { err: described }, level, base: { process: "gateway", pid: process.pid } }, destination);
}

const BATCH = 16_384;
const BATCH_MS = 200;

/** Gathers lines itself: the library's own batches are counted anew, whole, with each line. */
function batched(): DestinationStream & { flush(done: (error?: Error) => void): void } {
  const output = pino.destination({ dest: 1, sync: false, minLength: 1 });
  let batch = "";
  const handOn = () => {
    if (batch !== "") output.write(batch);
    batch = "";
  };
  setInterval(handOn, BATCH_MS).unref();
  process.on("exit", () => {
    handOn();
    output.flushSync();
  });
  return {
    write(line) {
      batch += line;
      if (batch.length >= BATCH) handOn();
    },
    flush(done) {
      handOn();
      output.flush(done);
    },
  };
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
