import { Declined } from "../../ops/admin/ends";
import { RingRefused } from "./prove-ring";

/** What the database's functions raise for an operator to read. */
const SAID = "55000";
/** What it turned away: a lock, a statement that took too long, one connection too many. */
const BUSY = new Set(["55P03", "57014", "53300"]);
/** It is gone, or silent: a backend that was ended, a connection that broke or was refused. */
const GONE = /^(57P0\d|08\w{3}|E[A-Z]+)$/;
const SILENT = /timeout|terminated/i;

/** What an operator is told instead of a stack trace; null where it is a bug. */
export function databaseEnd(error: unknown): Declined | null {
  if (error instanceof RingRefused) return new Declined(error.message);
  const { code = "", message = "" } = error as { code?: string; message?: string };
  if (code === SAID) return new Declined(message);
  if (BUSY.has(code)) return new Declined("The database is busy. Nothing that was done is lost; run the command again.");
  if (GONE.test(code) || (code === "" && SILENT.test(message)))
    return new Declined(`The database did not answer (${code || message}). Nothing that was done is lost; run the command again.`);
  return null;
}
