import { type Result, refuse } from "../result";
import { withTimeout } from "../with-timeout";
import { Busy, Indeterminate } from "./database-busy";

/** A statement that PostgreSQL turned away becomes the refusal `busy`, logged once. */
export async function refuseIfBusy<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Busy)) throw error;
    logBusy(error);
    return refuse({ code: "busy" });
  }
}

/** The same for a login. */
export async function busyAsOutcome<T>(work: () => Promise<T>): Promise<T | { kind: "busy" }> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Busy)) throw error;
    logBusy(error);
    return { kind: "busy" };
  }
}

/** One log line without a stack: nothing is broken. */
export function logBusy({ message }: Busy): void {
  console.warn(message);
}

/** Runs work that follows a committed change. @throws Indeterminate if it is turned away */
export async function afterChange<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  const result = await work().catch((error: unknown) => {
    throw error instanceof Busy ? new Indeterminate(error.reason) : error;
  });
  if (isBusy(result)) throw new Indeterminate("see above");
  return result;
}

/**
 * For work that may be skipped if the database is busy, because its effect expires anyway: the
 * release of a counter, for example.
 */
export async function unlessBusy(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Busy)) throw error;
    logBusy(error);
  });
}

const UNDO_MS = 1_000;

/**
 * Runs `work`. If it is turned away, nothing was changed, so `undo` takes back what was counted
 * for it. A database that is still busy gets one second for that.
 */
export async function undoIfBusy<T>(work: () => Promise<T>, undo: () => Promise<unknown>): Promise<T> {
  const undone = () =>
    withTimeout(
      UNDO_MS,
      undo().catch((error: unknown) => console.warn("not taken back:", error)),
    );
  try {
    const result = await work();
    if (isBusy(result)) await undone();
    return result;
  } catch (error) {
    if (error instanceof Busy) await undone();
    throw error;
  }
}

/** Accepts a Result or the outcome of a login. */
function isBusy(result: unknown): boolean {
  const { refusal, kind } = Object(result) as { refusal?: { code?: unknown }; kind?: unknown };
  return refusal?.code === "busy" || kind === "busy";
}
