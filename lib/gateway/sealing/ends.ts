import { Declined } from "../../ops/admin/ends";
import { RingRefused } from "./prove-ring";

/** What the database's functions raise for an operator to read, and what says that it is busy. */
const SAID = "55000";
const BUSY = new Set(["55P03", "57014", "53300"]);

/** What an operator is told instead of a stack trace; null where it is a bug. */
export function databaseEnd(error: unknown): Declined | null {
  if (error instanceof RingRefused) return new Declined(error.message);
  const { code = "", message } = error as { code?: string; message: string };
  if (code === SAID) return new Declined(message);
  if (BUSY.has(code)) return new Declined("The database is busy. What was done stays done; run the command again.");
  return null;
}
