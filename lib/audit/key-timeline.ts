import type { RunSql } from "../platform/db/db";
import type { KeyId } from "../platform/ids";
import { wordsOf } from "../words/audit/words";
import type { Icon, Part } from "./describe";

/** One event of a key, in the words that its Owners read. */
export type KeyEvent = { at: string; what: string; detail: Part[]; icon: Icon; by: string };

/** Newest first; `isCut` if there are older events. */
export type Timeline = { events: KeyEvent[]; isCut: boolean };

const MAX = 12;

type Row = {
  keyId: KeyId;
  event: string;
  at: Date;
  data: Record<string, unknown>;
  actorKind: "user" | "support" | "operator" | "system";
  actorEmail: string | null;
};

/**
 * The history of each key, with the take-over that ended it, which is an event of another key. A
 * row comparison enters the index, as in lib/audit/activity-sql.
 */
export async function readTimelines(
  runSql: RunSql,
  keys: { id: string; number: number }[],
): Promise<Map<string, Timeline>> {
  const rows = await runSql<Row>(
    `SELECT k.id AS "keyId", e.event, e.at, e.data, e.actor_kind::text AS "actorKind", u.email AS "actorEmail"
     FROM unnest($1::uuid[]) AS k (id) CROSS JOIN LATERAL (
       (SELECT * FROM audit_events WHERE api_key_id IS NOT NULL AND (api_key_id, id) <= (k.id, $2::bigint) AND (api_key_id, id) >= (k.id, 0)
       ORDER BY api_key_id DESC, id DESC LIMIT ${MAX + 1})
       UNION ALL
       (SELECT * FROM audit_events WHERE event = 'api_key.took_over' AND data->>'replacedId' = k.id::text)
     ) e LEFT JOIN users u ON u.id = e.actor_id ORDER BY e.id DESC`,
    [keys.map(({ id }) => id), "9223372036854775807"],
  );
  return new Map(
    keys.map(({ id, number }) => {
      const events = rows.filter(({ keyId }) => keyId === id);
      return [id, { events: events.slice(0, MAX).map((row) => toEvent(row, number)), isCut: events.length > MAX }];
    }),
  );
}

function toEvent({ event, at, data, actorKind, actorEmail }: Row, number: number): KeyEvent {
  const { what, detail = [], icon } = wordsOf(event, { key: `key ${number}`, person: actorEmail ?? "somebody", data });
  return {
    at: at.toISOString(),
    what,
    detail,
    icon,
    by: actorKind === "operator" ? "an operator" : (actorEmail ?? "Countersign"),
  };
}
