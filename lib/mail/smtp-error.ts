import type { Logger } from "pino";
import { Busy } from "../platform/db/database-busy";

/** Logs a busy database as one line without a stack: the next round does the work. */
export function logTrouble(log: Logger, about: object, error: unknown): void {
  if (error instanceof Busy) log.warn({ ...about, reason: error.reason }, "the database is busy");
  else log.error({ ...about, err: error });
}
