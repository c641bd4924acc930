import type { KeyRing } from "../../platform/crypto/key-ring";
import { digestOfPublicKey } from "./canary";
import type { Query } from "./connection";

/**
 * A version as the operator sees it. `kind` is null if the available private keys lack it,
 * `since` is null if it is not registered.
 */
export type Version = {
  version: number;
  kind: "X25519" | "RSA" | null;
  since: Date | null;
  secrets: number;
  ofRetired: number;
};

type Counted = { version: number; since: Date | null; secrets: number; ofRetired: number };

/**
 * Every version that is registered, is in the ring, or has secrets sealed for it; oldest first.
 */
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

export type Lacking = { version: number; running: number; lacking: string[] };

/**
 * The number of running gateways, and the names of those that do not open a version of the ring.
 */
export async function gatewaysLacking(query: Query, ring: KeyRing, version: number): Promise<Lacking> {
  const key = ring.find(version);
  const rows = await query<{ name: string; opens: boolean }>(
    "SELECT name, coalesce($1::bytea = ANY (opens), false) AS opens FROM gateways ORDER BY name",
    [key ? digestOfPublicKey(key) : null],
  );
  return { version, running: rows.length, lacking: rows.flatMap(({ name, opens }) => (opens ? [] : [name])) };
}

/** "1 of 3 running gateways lacks version 2: gateway-1." */
export function lackingWords({ version, running, lacking }: Lacking): string {
  const [gateways, lack] = [running === 1 ? "gateway" : "gateways", lacking.length === 1 ? "lacks" : "lack"];
  return `${lacking.length} of ${running} running ${gateways} ${lack} version ${version}: ${lacking.join(", ")}.`;
}
