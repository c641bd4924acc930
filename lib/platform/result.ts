import type { Refusal } from "../words/refusals/refusals";
import type { Tx } from "./db/db";

/** The result of an operation: a value, or an expected refusal. Bugs throw. */
export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

export const accept = <T>(value: T): Result<T> => ({ ok: true, value });
export const refuse = (refusal: Refusal): Result<never> => ({ ok: false, refusal });

/**
 * Carries a refusal out of a transaction and rolls it back. `inTransaction` (lib/platform/db/db)
 * turns it into a Result. It takes the transaction, so that code outside of one cannot throw it;
 * that code returns `refuse`. The refusal is a private field, because Next logs the properties of
 * an error.
 */
export class RollbackWith extends Error {
  readonly #refusal: Refusal;
  constructor(_in: Tx, refusal: Refusal) {
    super(refusal.code);
    this.#refusal = refusal;
  }
  get refusal() {
    return this.#refusal;
  }
}
