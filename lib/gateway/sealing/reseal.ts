import { createPublicKey } from "node:crypto";
import { digestOf } from "../../platform/crypto/digest";
import type { KeyRing, VersionedKey } from "../../platform/crypto/key-ring";
import { NotOpened, openSecret } from "../../platform/crypto/open";
import { sealBytes } from "../../platform/crypto/seal";
import type { KeyId, MerchantId } from "../../platform/ids";
import type { Query } from "./connection";

/**
 * Secrets per transaction. Each key is locked for some milliseconds, and gateways read it again.
 */
const BATCH = 100;

type Row = { keyId: KeyId; number: number; merchantId: MerchantId; sealed: Buffer };
type Resealed = { keyId: KeyId; sealed: Buffer; digest: Buffer };
type Settings = { query: Query; ring: KeyRing; target: number; operator: string };

/**
 * Reseals every secret of an older version for `target` and returns how many. Secrets that do not
 * open are left as they are.
 *
 * Promise: a key has the same secret before and after, and at every moment the gateways can open
 * it. If the work stops halfway, each key is in one of the two states, and the command can be run
 * again. The new sealed secret is opened again, and its digest is shown to the database
 * (`seals_the_same_secret`).
 */
export async function resealVersion(
  settings: Settings,
  source: number,
  progress: (done: number) => void,
): Promise<number> {
  let sum = 0;
  for (let after = 0; ; ) {
    const rows = await nextRows(settings.query, source, after);
    const last = rows.at(-1);
    if (!last) return sum;
    after = last.number;
    const opened = await Promise.all(rows.map((row) => resealed(row, source, settings)));
    const anew = opened.filter((each) => each !== null);
    const done = anew.length === 0 ? 0 : await write(settings, source, anew);
    sum += done;
    progress(done);
  }
}

const nextRows = (query: Query, source: number, after: number): Promise<Row[]> =>
  query<Row>(
    `SELECT id AS "keyId", number, merchant_id AS "merchantId", sealed_secret AS sealed FROM api_keys
      WHERE key_version = $1 AND number > $2 AND sealed_secret IS NOT NULL ORDER BY key_version, number LIMIT ${BATCH}`,
    [source, after],
  );

/** Null if the secret does not open. */
async function resealed({ sealed, ...of }: Row, source: number, { ring, target }: Settings): Promise<Resealed | null> {
  const secret = await openSecret({ ...of, sealed: new Uint8Array(sealed), keyVersion: source }, ring).catch(
    (error: unknown) => {
      if (error instanceof NotOpened) return null;
      throw error;
    },
  );
  if (!secret) return null;
  const bytes = secret.export();
  const anew = sealBytes(bytes, of, publicKeyOf(ring, target));
  bytes.fill(0);
  const again = (await openSecret({ ...of, sealed: new Uint8Array(anew), keyVersion: target }, ring)).export();
  const digest = digestOf(again);
  again.fill(0);
  return { keyId: of.keyId, sealed: anew, digest };
}

async function write({ query, target, operator }: Settings, source: number, opened: Resealed[]): Promise<number> {
  const columns = [
    opened.map(({ keyId }) => keyId),
    opened.map(({ sealed }) => sealed),
    opened.map(({ digest }) => digest),
  ];
  return (await query("SELECT reseal_secrets($1, $2, $3, $4, $5, $6) AS id", [...columns, source, target, operator]))
    .length;
}

const publicKeys = new WeakMap<KeyRing, VersionedKey>();

function publicKeyOf(ring: KeyRing, version: number): VersionedKey {
  const known = publicKeys.get(ring);
  if (known?.version === version) return known;
  const key = ring.find(version);
  if (!key) throw new Error(`the ring lacks version ${version}`);
  const made = { version, key: createPublicKey(key) };
  publicKeys.set(ring, made);
  return made;
}
