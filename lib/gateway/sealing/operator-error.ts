import { Declined } from "../../ops/admin/errors";
import { RingRefused } from "./prove-ring";

/** The SQLSTATE with which the database's functions raise a message for the operator. */
const SAID = "55000";
/** The database is busy: a lock, a statement that took too long, too many connections. */
const BUSY = new Set(["55P03", "57014", "53300"]);
/** The database is gone: a backend was ended, or a connection broke or was refused. */
const GONE = /^(57P0\d|08\w{3}|E[A-Z]+)$/;
const SILENT = /timeout|terminated/i;

/** The message for the operator instead of a stack trace; null for a bug. */
export function operatorErrorOf(error: unknown): Declined | null {
  if (error instanceof RingRefused) return new Declined(error.message);
  const { code = "", message = "" } = error as { code?: string; message?: string };
  if (code === SAID) return new Declined(message);
  if (BUSY.has(code))
    return new Declined("The database is busy. Nothing that was done is lost; run the command again.");
  if (GONE.test(code) || (code === "" && SILENT.test(message)))
    return new Declined(
      `The database did not answer (${code || message}). Nothing that was done is lost; run the command again.`,
    );
  return null;
}
