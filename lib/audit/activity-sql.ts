import type { MerchantId } from "../platform/ids";
export type StoredEvent = {
  id: string;
  at: Date;
  event: string;
  actorKind: "user" | "support" | "operator" | "system";
  actorEmail: string | null;
  actorName: string | null;
  role: "owner" | "limits" | "exchange" | "view" | "restricted" | null;
  subjectEmail: string | null;
  number: number | null;
  address: string | null;
  userAgent: string | null;
  data: Record<string, unknown>;
};

type Wanted = {
  merchantId: MerchantId;
  before: string | null;
  kinds: string[] | null;
  limit: number;
  devices: boolean;
};

/**
 * The events of a merchant, newest first, including those of its members that belong to no
 * merchant (logins, locked codes), since each became a member. Each branch reads at most one page
 * from an index, so that the length of the history does not matter. A row comparison enters the
 * index: with a plain `merchant_id = …` the planner may scan everybody's events instead.
 * `devices` also selects the sessions' browsers, which the support desk's role may not read.
 */
export function activitySql({ merchantId, before, kinds, limit, devices }: Wanted): [text: string, values: unknown[]] {
  const ofMerchant = kinds
    ? `SELECT e.id FROM unnest($4::text[]) AS kind CROSS JOIN LATERAL (${branch({ merchant_id: "$1::uuid", event: "kind" })}) e`
    : `(${branch({ merchant_id: "$1::uuid" })})`;
  const ofMember = (column: string) =>
    `(${branch({ [column]: "m.user_id" }, `AND merchant_id IS NULL AND at >= m.created_at ${kinds ? "AND event = ANY($4::text[])" : ""}`)})`;
  const text = `
    WITH found AS (
      ${ofMerchant}
      UNION
      SELECT e.id FROM memberships m CROSS JOIN LATERAL (${ofMember("actor_id")} UNION ALL ${ofMember("subject_id")}) e
      WHERE m.merchant_id = $1::uuid
    ), shown AS (SELECT id FROM found ORDER BY id DESC LIMIT $3::int)
    SELECT e.id::text AS id, e.at, e.event, e.actor_kind::text AS "actorKind", a.email AS "actorEmail", a.name AS "actorName",
      m.role::text AS role, s.email AS "subjectEmail", k.number, e.address, e.data, ${devices ? "z.user_agent" : "NULL::text"} AS "userAgent"
    FROM shown JOIN audit_events e USING (id)
      LEFT JOIN users a ON a.id = e.actor_id
      LEFT JOIN users s ON s.id = e.subject_id
      LEFT JOIN memberships m ON m.merchant_id = $1::uuid AND m.user_id = e.actor_id
      LEFT JOIN api_keys k ON k.id = e.api_key_id
      ${devices ? "LEFT JOIN sessions z ON z.id = e.session_id" : ""}
    ORDER BY e.id DESC`;
  return [text, [merchantId, before ?? LAST, limit, ...(kinds ? [kinds] : [])]];
}

const LAST = "9223372036854775807";

/** The newest ids below $2 in an index over `columns` and the id. */
function branch(columns: Record<string, string>, also = ""): string {
  const [names, values] = [Object.keys(columns), Object.values(columns).join(", ")];
  return `SELECT id FROM audit_events
    WHERE (${names.join(", ")}, id) < (${values}, $2::bigint) AND (${names.join(", ")}, id) >= (${values}, 0) ${also}
    ORDER BY ${[...names, "id"].map((name) => `${name} DESC`).join(", ")} LIMIT $3::int`;
}
