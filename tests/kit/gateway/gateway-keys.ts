import { randomBytes, randomUUID } from "node:crypto";
import { fingerprint, secretCheck } from "@/lib/api-keys/key-pair";
import { parseSealingKeys, type VersionedKey } from "@/lib/platform/crypto/key-ring";
import { sealSecret } from "@/lib/platform/crypto/seal";
import { Secret } from "@/lib/platform/crypto/secret";
import { changeKeys } from "../people/key-changes";
import { asOwner } from "../people/owner";

export { asOwner };

export type StoredKey = {
  id: string;
  number: number;
  key: string;
  secret: string;
  merchantId: string;
  merchantName: string;
};

type Wishes = {
  status?: "generated" | "active" | "inactive" | "retired" | "standby";
  /** Of a key on standby. */
  takesOver?: "first_request" | "manual";
  allowedIps?: string[];
  secret?: string;
  key?: string;
  sealedFor?: string;
  /** Instead of the last of SEALING_PUBLIC_KEY. */
  sealedWith?: VersionedKey;
  /** An existing merchant instead of a new one. */
  merchant?: { merchantId: string; merchantName: string };
};

/**
 * Inserts a key as the database's owner, by default for a new merchant: test data for the gateway,
 * without the dashboard.
 */
export async function insertKey({
  status = "active",
  takesOver = "first_request",
  allowedIps = [],
  secret = randomLetters(64),
  key = randomLetters(32),
  sealedFor,
  sealedWith = parseSealingKeys(process.env.SEALING_PUBLIC_KEY as string).at(-1) as VersionedKey,
  merchant,
}: Wishes = {}): Promise<StoredKey> {
  const id = randomUUID() as string;
  const { merchantId, merchantName } = merchant ?? {
    merchantId: randomUUID() as string,
    merchantName: `Merchant ${randomLetters(6)}`,
  };
  const { sealed, keyVersion } = sealSecret(
    { secret: new Secret(secret), keyId: sealedFor ?? id, merchantId },
    sealedWith,
  );
  const waits = status === "standby";
  const ever = status !== "generated";
  const [row] = await changeKeys<{ number: number }>(
    `WITH merchant AS (INSERT INTO merchants (id, name, mode) SELECT $2::uuid, $9::text, 'live' WHERE $10::boolean)
     INSERT INTO api_keys (id, merchant_id, key, status, allowed_ips, sealed_secret, key_version, fingerprint, secret_check, first_activated_at, activated_at, takes_over)
     VALUES ($1, $2, $3, $4::"KeyStatus", $5, $6, $7, $8, $11, ${ever && !waits ? "now(), now()" : "NULL, NULL"}, $12::"TakesOver") RETURNING number`,
    [
      ...[id, merchantId, key, status, allowedIps],
      ...(ever ? [sealed, keyVersion, fingerprint(new Secret(secret))] : [null, null, null]),
      ...[merchantName, merchant === undefined, ever ? secretCheck(new Secret(secret)) : null],
      waits ? takesOver : null,
    ],
  );
  return { id, number: row?.number as number, key, secret, merchantId, merchantName };
}

/** Commits a change of a key as the database's owner. Resolves once the commit is acknowledged. */
export async function setStatus({ id }: { id: string }, status: "active" | "inactive" | "retired"): Promise<void> {
  await changeKeys('UPDATE api_keys SET status = $2::"KeyStatus" WHERE id = $1', [id, status]);
}

export async function setAllowedIps({ id }: { id: string }, allowedIps: string[]): Promise<void> {
  await changeKeys("UPDATE api_keys SET allowed_ips = $2 WHERE id = $1", [id, allowedIps]);
}

export function randomLetters(length: number): string {
  let text = "";
  while (text.length < length)
    text += randomBytes(length)
      .toString("base64")
      .replace(/[^A-Za-z0-9]/g, "");
  return text.slice(0, length);
}
