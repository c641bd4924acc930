import type { KeyRing } from "../../platform/crypto/key-ring";
import { openSecret } from "../../platform/crypto/open";
import type { KeyId, MerchantId } from "../../platform/ids";
import { opensCanary, type Registered, registeredOf } from "./canary";
import type { Query } from "./connection";

/**
 * The private keys do not belong to this database. With them a gateway would refuse merchants
 * that it should serve, so it does not start.
 */
export class RingRefused extends Error {}

/**
 * Proves that a ring of private keys opens what the database holds: the canary of every
 * registered version.
 *
 * Promise: a gateway that starts can open every secret, whatever version it is sealed for. A
 * gateway that cannot says so in one sentence that names the version, instead of answering 503 to
 * some merchants. The first gateway registers its versions, after it has opened secrets that
 * already exist.
 *
 * @param opened canaries that this ring already opened; they are not opened again
 * @throws RingRefused
 */
export async function proveRing(query: Query, ring: KeyRing, opened = new Set<string>()): Promise<void> {
  if ((await registered(query)).length === 0) await registerFirst(query, ring);
  for (const each of await registered(query)) {
    const { version, canary } = each;
    const known = `${version}:${canary.toString("base64")}`;
    if (opened.has(known)) continue;
    const key = ring.find(version);
    if (!key)
      throw new RingRefused(
        `SEALING_PRIVATE_KEYS lacks version ${version}. Secrets in this database can be sealed for it, and this gateway could not open them.`,
      );
    if (!(await opensCanary(key, each))) throw new RingRefused(anotherKey(version));
    opened.add(known);
  }
}

const registered = (query: Query): Promise<Registered[]> =>
  query<Registered>('SELECT version, public_key AS "publicKey", canary FROM registered_sealing_keys()');

const anotherKey = (version: number): string =>
  `Version ${version} in SEALING_PRIVATE_KEYS is not the key that the secrets in this database are sealed for: it does not open them.`;

/**
 * Registers the first versions. The database is new, or comes from a release before 0.3.0 and its
 * secrets are the only proof.
 */
async function registerFirst(query: Query, ring: KeyRing): Promise<void> {
  const used = await query<{ version: number }>(
    "SELECT DISTINCT key_version AS version FROM api_keys WHERE sealed_secret IS NOT NULL",
  );
  for (const { version } of used)
    if (!(await opensSome(query, ring, version))) throw new RingRefused(anotherKey(version));
  const all = ring.all.map(registeredOf);
  await query("SELECT begin_sealing($1, $2, $3)", [
    all.map(({ version }) => version),
    all.map(({ publicKey }) => publicKey),
    all.map(({ canary }) => canary),
  ]);
}

type Row = { keyId: KeyId; merchantId: MerchantId; sealed: Buffer };

/**
 * Whether the ring opens at least one of the oldest or newest secrets of a version: a single one
 * may be damaged.
 */
async function opensSome(query: Query, ring: KeyRing, keyVersion: number): Promise<boolean> {
  const some = (order: "ASC" | "DESC") => `(SELECT id AS "keyId", merchant_id AS "merchantId", sealed_secret AS sealed
    FROM api_keys WHERE key_version = $1 AND sealed_secret IS NOT NULL ORDER BY number ${order} LIMIT 20)`;
  for (const { sealed, ...of } of await query<Row>(`${some("ASC")} UNION ALL ${some("DESC")}`, [keyVersion])) {
    const opened = await openSecret({ ...of, sealed: new Uint8Array(sealed), keyVersion }, ring).catch(() => null);
    if (opened) return true;
  }
  return false;
}
