import type { KeyRing } from "../../crypto/key-ring";
import type { Query } from "./connection";

/**
 * A version as the operator sees it: `kind` null where the private keys at hand do not have it,
 * `since` null where it is not registered.
 */
export type Version = { version: number; kind: "X25519" | "RSA" | null; since: Date | null; secrets: number; ofRetired: number };

type Counted = { version: number; since: Date | null; secrets: number; ofRetired: number };

/** Every version that is registered, is at hand, or has secrets sealed for it; oldest first. */
export async function versionsOf(query: Query, ring: KeyRing): Promise<Version[]> {
  const rows = await query<Counted>(
    `WITH counted AS (SELECT key_version AS version, count(*)::int AS secrets, (count(*) FILTER (WHERE status = 'retired'))::int AS retired
        FROM api_keys WHERE sealed_secret IS NOT NULL GROUP BY key_version)
      SELECT version, k.registered_at AS since, coalesce(c.secrets, 0) AS secrets, coalesce(c.retired, 0) AS "ofRetired"
      FROM (SELECT unnest($1::int[]) AS version UNION SELECT version FROM sealing_keys UNION SELECT version FROM counted) v
        LEFT JOIN sealing_keys k USING (version) LEFT JOIN counted c USING (version) ORDER BY version`,
    [ring.all.map(({ version }) => version)],
  );
  return rows.map((row) => ({ ...row, kind: kindOf(ring, row.version) }));
}

function kindOf(ring: KeyRing, version: number): Version["kind"] {
  const key = ring.find(version);
  if (!key) return null;
  return key.asymmetricKeyType === "rsa" ? "RSA" : "X25519";
}

export type Lacking = { version: number; running: number; lacking: number };

/** How many gateways reported within the last minute, and how many of them cannot open a version. */
export async function gatewaysLacking(query: Query, version: number): Promise<Lacking> {
  const [row] = await query<Omit<Lacking, "version">>(
    `SELECT count(*)::int AS running, (count(*) FILTER (WHERE NOT $1 = ANY (versions)))::int AS lacking
      FROM sealing_holders WHERE seen_at >= clock_timestamp() - interval '1 minute'`,
    [version],
  );
  return { version, ...(row ?? { running: 0, lacking: 0 }) };
}

/** "1 of 3 running gateways lacks version 2." */
export const lackingWords = ({ version, running, lacking }: Lacking): string =>
  `${lacking} of ${running} running ${running === 1 ? "gateway" : "gateways"} ${lacking === 1 ? "lacks" : "lack"} version ${version}.`;
