import { describe, expect, test, vi } from "vitest";
import { refuseIfBusy } from "@/lib/platform/db/busy";
import { Busy, busyReason, Indeterminate, throwBusy, wentUnanswered } from "@/lib/platform/db/database-busy";
import { refuse } from "@/lib/platform/result";

/** An error as pg throws it. */
const pgError = (code: string, message = "x") => Object.assign(new Error(message), { code, severity: "ERROR" });
/** The same as Prisma's adapter throws it, and as Prisma passes it on. */
const adapterError = (originalCode: string) => Object.assign(new Error("x"), { cause: { originalCode } });
const prismaError = (originalCode: string) =>
  Object.assign(new Error("x"), { code: "P2010", meta: { driverAdapterError: adapterError(originalCode) } });

const TURNED_AWAY = ["57014", "55P03", "40P01", "40001", "53300", "57P03"];
/**
 * A refused change, a lost or ended connection, a full disk: the outcome is unknown, or trying
 * again does not help.
 */
const OTHERS = ["23505", "25P03", "57P01", "57P02", "08006", "53100", "28P01", "ECONNRESET", "P2002"];

describe("errors from PostgreSQL", () => {
  test.each(TURNED_AWAY)("%s is busy, whichever library throws it", (state) => {
    for (const error of [pgError(state), adapterError(state), prismaError(state)])
      expect(busyReason(error)).toMatch(state);
  });

  test.each(OTHERS)("%s is not: something may have been changed", (state) => {
    for (const error of [pgError(state), adapterError(state), prismaError(state)]) expect(busyReason(error)).toBeNull();
  });

  test.each([
    "timeout exceeded when trying to connect",
    "Connection terminated due to connection timeout",
    "Transaction API error: Unable to start a transaction in the given time.",
    "Transaction API error: A commit cannot be executed on an expired transaction. The timeout for this transaction was 8000 ms.",
    "Client has encountered a connection error and is not queryable",
  ])("a statement that was never sent, or rolled back, is busy: %s", (message) => {
    expect(busyReason(new Error(message))).not.toBeNull();
  });

  test.each([
    "The database was silent for 7000 ms.",
    "Connection terminated unexpectedly",
    "Query read timeout",
    "Transaction API error: Transaction not found.",
  ])("a statement that may have been executed is not: %s", (message) => {
    expect(busyReason(new Error(message))).toBeNull();
  });

  test("other thrown values are not busy", () => {
    for (const thrown of [null, undefined, "57014", { code: "57014" }, new Indeterminate("57014")])
      expect(busyReason(thrown)).toBeNull();
  });

  test("a busy error is thrown as Busy once, and everything else unchanged", () => {
    const busy = new Busy("57014 query_canceled");
    expect(() => throwBusy(busy)).toThrow(busy);
    expect(() => throwBusy(prismaError("57014"))).toThrow(Busy);
    const other = pgError("23505");
    expect(() => throwBusy(other)).toThrow(other);
  });
});

test("errors of the module's other copy count: Next loads it for pages and for routes, over the same connections", async () => {
  vi.resetModules();
  const other = await import("@/lib/platform/db/database-busy");
  const busy = new other.Busy("57014 query_canceled");
  expect(Object.getPrototypeOf(busy)).not.toBe(Busy.prototype);
  expect(() => throwBusy(busy)).toThrow(busy);
  const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  expect(await refuseIfBusy(() => Promise.reject(busy))).toEqual(refuse({ code: "busy" }));
  expect(warned).toHaveBeenCalledExactlyOnceWith(busy.message);
  expect(wentUnanswered(new other.Silent("The database was silent for 7000 ms."))).toBe(true);
});
