import { type KeyNumbers, type SummaryKey, summaryKey } from "../api-keys/summary-key";
import type { RunSql } from "../platform/db/db";
import { keyFacts } from "./merchant";

/** The mode, and the one key that decides whether a merchant's requests are accepted. */
export type KeyState = { mode: "live" | "test"; key: SummaryKey };

type Row = KeyNumbers & { id: string; mode: KeyState["mode"] };

/** Adds the state of their keys to merchants that were found. */
export async function withKeyStates<T extends { id: string }>(runSql: RunSql, found: T[]): Promise<(T & KeyState)[]> {
  if (found.length === 0) return [];
  const rows = await runSql<Row>(
    `SELECT id, mode::text AS mode, (SELECT number FROM api_keys WHERE merchant_id = m.id AND status = 'active') AS active, ${keyFacts()}
     FROM merchants m WHERE id = ANY ($1::uuid[])`,
    [found.map(({ id }) => id)],
  );
  const states = new Map(rows.map((row) => [row.id, { mode: row.mode, key: summaryKey(row) }]));
  return found.flatMap((merchant) => {
    const state = states.get(merchant.id);
    return state ? [{ ...merchant, ...state }] : [];
  });
}
