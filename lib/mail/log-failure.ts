import type { Logger } from "pino";
import { Busy } from "../platform/db/database-busy";

/**
 * Logs a failed round. A busy database gets one line without a stack, because the next round tries
 * again.
 */
export function logFailure(log: Logger, about: object, error: unknown): void {
  if (error instanceof Busy) log.warn({ ...about, reason: error.reason }, "the database is busy");
  else log.error({ ...about, err: error });
}
