import type { KeysStatus } from "./reads/queries";

/**
 * The numbers of a merchant's keys by state; null if no key is in it. `any`: there are keys at
 * all.
 */
export type KeyNumbers = {
  active: number | null;
  deactivating: number | null;
  standby: number | null;
  waiting: number | null;
  any: boolean;
};

/** The key that a summary of a merchant names, or why there is none. */
export type SummaryKey =
  | { state: "active" | "deactivating" | "standby" | "generated"; number: number }
  | { state: "inactive" | "none"; number: null };

/** The first of these states that a key is in decides what becomes of the merchant's requests. */
export function summaryKey({ active, deactivating, standby, waiting, any }: KeyNumbers): SummaryKey {
  if (active !== null) return { state: "active", number: active };
  if (deactivating !== null) return { state: "deactivating", number: deactivating };
  if (standby !== null) return { state: "standby", number: standby };
  if (waiting !== null) return { state: "generated", number: waiting };
  return { state: any ? "inactive" : "none", number: null };
}

/** The same for the status that a merchant's own pages read. */
export const summaryOf = ({ active, deactivating, waitingGenerated, rotation, counts }: KeysStatus): SummaryKey =>
  summaryKey({
    active: active?.number ?? null,
    deactivating: deactivating?.number ?? null,
    standby: rotation.standby?.number ?? null,
    waiting: waitingGenerated?.number ?? null,
    any: counts.listed + counts.retired > 0,
  });
