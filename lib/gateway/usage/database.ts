import pg from "pg";
import type { KeyRing } from "../../platform/crypto/key-ring";
import { openSecret } from "../../platform/crypto/open";
import { IDLE_TIMEOUT } from "../../platform/db/idle-timeout";
import { primaryClient } from "../../platform/db/primary-client.mjs";
import { serversIn } from "../../platform/db/servers.mjs";
import type { KeyId, MerchantId } from "../../platform/ids";
import type { FindKeys } from "../auth/key-finder";
import type { FindSecrets } from "../auth/secret-lookups";
import { USAGE_CONNECTION } from "../cache/lease-sql";
import type { OtherSecret, OtherSecrets } from "./explainer";
import type { Hour } from "./hour-counts";
import type { RefusalCount } from "./refusal-counts";
import type { SourceDay } from "./sources";
import { FLUSH, valuesOf } from "./sql";

export type UsageDatabase = {
  /**
   * Writes hours and refusals in one statement. `flush` increases with every call, so that a
   * statement that arrives late changes nothing.
   */
  write(
    flush: number,
    hours: readonly Hour[],
    refused: readonly RefusalCount[],
    sources?: readonly SourceDay[],
  ): Promise<void>;
  /** The database's clock, in milliseconds since 1970. */
  now(): Promise<number>;
  /**
   * A few secrets: those of the merchant's earlier keys, newest first, that of its newest one, and
   * those of other merchants with the same Owners.
   */
  otherSecrets: OtherSecrets;
  findKeys: FindKeys;
  keysOfSecrets: FindSecrets;
  close(): Promise<void>;
};

const SILENCE_MS = 5_000;
const LOCK_MS = 3_000;
const STATEMENT_MS = 4_000;

/** Opens connections of its own, so that writing usage never delays the lookup of a key. */
export function openUsageDatabase(url: string, privateKeys: KeyRing, failed: (error: unknown) => void): UsageDatabase {
  const pool = new pg.Pool({
    ...serversIn(url),
    Client: primaryClient(pg.Client),
    application_name: USAGE_CONNECTION,
    connectionTimeoutMillis: SILENCE_MS,
    query_timeout: SILENCE_MS,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    keepAlive: true,
    options: IDLE_TIMEOUT,
    max: 2,
  });
  pool.on("error", failed);
  return {
    async write(flush, hours, refused, sources = []) {
      await pool.query({ name: "usage", text: FLUSH, values: valuesOf(flush, hours, refused, sources) });
    },
    async now() {
      const { rows } = await pool.query<{ now: number }>(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now",
      );
      return (rows[0] as { now: number }).now;
    },
    async otherSecrets(merchantId, keyNumber) {
      const earlier = await pool.query<SealedKey>({ ...EARLIER_KEYS, values: [merchantId, keyNumber] });
      const newer = await pool.query<SealedKey>({ ...NEWER_KEY, values: [merchantId, keyNumber] });
      const others = await pool.query<SealedKey>({ ...SAME_OWNERS_KEYS, values: [merchantId] });
      const opened = (mistake: OtherSecret["mistake"]) => async (key: SealedKey) => {
        const secret = await openSecret({ ...key, merchantId: key.merchantId ?? merchantId }, privateKeys);
        return { mistake, secret: new Uint8Array(secret.export()) };
      };
      return Promise.all([
        ...earlier.rows.map(opened("previous_secret")),
        ...newer.rows.map(opened("newer_secret")),
        ...others.rows.map(opened("other_merchant_secret")),
      ]);
    },
    async findKeys(start) {
      return (await pool.query<{ key: string; number: number }>({ ...LIKE_KEY, values: [start] })).rows;
    },
    async keysOfSecrets(fingerprints) {
      return (await pool.query<{ fingerprint: string; number: number }>({ ...OF_SECRETS, values: [fingerprints] }))
        .rows;
    },
    close: () => pool.end(),
  };
}

type SealedKey = { keyId: KeyId; merchantId?: MerchantId; sealed: Uint8Array<ArrayBuffer>; keyVersion: number };

const LOOKED_THROUGH = 10;

/**
 * Uses a row comparison on the index, as the dashboard's lists do. Of a merchant with many keys,
 * only the newest are read.
 */
const newest = (condition: string) => `(SELECT id, number, sealed_secret, key_version FROM api_keys
  WHERE (merchant_id, number) < ($1::uuid, $2::int) AND (merchant_id, number) > ($1::uuid, 0) AND ${condition}
  ORDER BY merchant_id DESC, number DESC LIMIT ${LOOKED_THROUGH})`;

const EARLIER_KEYS = {
  name: "earlier-keys",
  text: `SELECT id AS "keyId", sealed_secret AS sealed, key_version AS "keyVersion"
    FROM (${newest("status <> 'retired'")} UNION ALL ${newest("status = 'retired'")}) earlier
    WHERE sealed_secret IS NOT NULL ORDER BY number DESC LIMIT 2`,
};

/** During a rotation that is the pair on standby. */
const NEWER_KEY = {
  name: "newer-key",
  text: `SELECT id AS "keyId", sealed_secret AS sealed, key_version AS "keyVersion"
    FROM (SELECT id, number, sealed_secret, key_version FROM api_keys
      WHERE (merchant_id, number) > ($1::uuid, $2::int) AND (merchant_id, number) <= ($1::uuid, 2147483647)
      ORDER BY merchant_id DESC, number DESC LIMIT ${LOOKED_THROUGH}) newer
    WHERE sealed_secret IS NOT NULL ORDER BY number DESC LIMIT 1`,
};

const SAME_OWNERS_KEYS = {
  name: "same-owners-keys",
  text: `SELECT id AS "keyId", merchant_id AS "merchantId", sealed, key_version AS "keyVersion" FROM secrets_of_same_owners($1)`,
};

/** "{" sorts after every letter. */
const LIKE_KEY = {
  name: "like-key",
  text: `SELECT key, number FROM api_keys WHERE lower(key) ~>=~ lower($1) AND lower(key) ~<~ (lower($1) || '{') LIMIT 2`,
};

const OF_SECRETS = {
  name: "keys-of-secrets",
  text: "SELECT fingerprint, number FROM api_keys WHERE fingerprint = ANY ($1::text[])",
};
