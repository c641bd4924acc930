import type { Logger } from "pino";
import { Busy } from "../platform/db/database-busy";

/** A busy database is worth a line, and no stack: the work is done at the next round. */
export function logTrouble(log: Logger, about: object, error: unknown): void {
  if (error instanceof Busy) log.warn({ ...about, reason: error.reason }, "the database is busy");
  else log.error({ ...about, err: error });
}
