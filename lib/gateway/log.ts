import pino, { type DestinationStream, type Logger } from "pino";

/** One JSON line each; written in batches, so that a request does not wait for the disk. */
export function createLog(level: string, destination: DestinationStream = batched()): Logger {
  return pino({ level, base: { process: "gateway", pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

function batched(): DestinationStream {
  return pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 200 });
}
