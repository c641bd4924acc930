import type { RunSql } from "../platform/db/db";
import { keyFacts } from "./merchant";

/** The mode, and the one key that decides whether a merchant's requests are accepted. */
export type KeyState = {
  mode: "live" | "test";
  key:
    | { state: "active" | "deactivating" | "generated"; number: number }
    | { state: "inactive" | "none"; number: null };
};

type Row = {
  id: string;
  mode: KeyState["mode"];
  active: number | null;
  deactivating: number | null;
  waiting: number | null;
  any: boolean;
};

/** Adds the state of their keys to merchants that were found. */
export async function withKeyStates<T extends { id: string }>(runSql: RunSql, found: T[]): Promise<(T & KeyState)[]> {
  if (found.length === 0) return [];
  const rows = await runSql<Row>(
    `SELECT id, mode::text AS mode, (SELECT number FROM api_keys WHERE merchant_id = m.id AND status = 'active') AS active, ${keyFacts()}
     FROM merchants m WHERE id = ANY ($1::uuid[])`,
    [found.map(({ id }) => id)],
  );
  const states = new Map(rows.map((row) => [row.id, { mode: row.mode, key: keyOf(row) }]));
  return found.flatMap((merchant) => {
    const state = states.get(merchant.id);
    return state ? [{ ...merchant, ...state }] : [];
  });
}

function keyOf({ active, deactivating, waiting, any }: Row): KeyState["key"] {
  if (active !== null) return { state: "active", number: active };
  if (deactivating !== null) return { state: "deactivating", number: deactivating };
  if (waiting !== null) return { state: "generated", number: waiting };
  return { state: any ? "inactive" : "none", number: null };
}
