import type { KeyObject } from "node:crypto";
import { NotOpened } from "../../platform/crypto/open";
import { type Allowlist, compileAllowlist } from "../../platform/ip-allowlist/match";
import type { KeyRow } from "./lease-protocol";
import type { OpenedSecrets } from "./opened-secrets";

/**
 * The entry of one key header, as read from the database. Requests are checked against this very
 * object: another read makes another entry.
 */
export type CachedKey = VerifiableKey | RefusedKey;

/** A key with a secret and an allowlist to check a request with. */
export type VerifiableKey = ActiveKey | StandbyKey;

export type ActiveKey = {
  active: true;
  takesOver?: undefined;
  number: number;
  merchant: { id: string; name: string };
  activatedAt: string;
  secret: KeyObject;
  allowlist: Allowlist;
};

/**
 * A key that is to take over from the active one: with its first correct request, or when an Owner
 * says so.
 */
export type StandbyKey = {
  active: false;
  number: number;
  merchant: { id: string; name: string };
  id: string;
  takesOver: "first_request" | "manual";
  /** When it no longer waits, on the monotonic clock: no change of its row announces that. */
  until: number;
  secret: KeyObject;
  allowlist: Allowlist;
};

/**
 * A key that is not active, or does not exist (`number` is null). The client gets the same answer
 * for both; only the log tells them apart. Or an active key whose secret does not open
 * (`unopened`): it is cached too, so that it costs one lookup however often it is used.
 */
export type RefusedKey = { active: false; number: number | null; unopened?: true; takesOver?: undefined };

/** One object for all unknown keys, however many are made up. */
const NO_KEY: RefusedKey = { active: false, number: null };

/** @param tell called with the error of a secret that does not open */
export async function toCachedKey(
  row: KeyRow | null,
  secrets: OpenedSecrets,
  tell: (error: NotOpened) => void,
): Promise<CachedKey> {
  if (row === null) return NO_KEY;
  if (row.status !== "active" && row.status !== "standby") return { active: false, number: row.number };
  const until = row.status === "standby" ? performance.now() + row.waitsMs : 0;
  const { number, id: keyId, merchantId, merchantName, sealed, keyVersion } = row;
  const secret = await secrets.open({ sealed, keyId, merchantId, keyVersion }).catch((error: unknown) => {
    if (!(error instanceof NotOpened)) throw error;
    tell(error);
    return null;
  });
  if (!secret) return { active: false, number, unopened: true };
  const allowlist = compileAllowlist(row.allowedIps);
  const merchant = { id: merchantId, name: merchantName };
  if (row.status === "standby")
    return { active: false, number, merchant, id: keyId, takesOver: row.takesOver, until, secret, allowlist };
  return { active: true, number, merchant, activatedAt: row.activatedAt.toISOString(), secret, allowlist };
}

/**
 * The entry if it has a secret and an allowlist to check a request with: it is active or on
 * standby.
 */
export const verifiableKey = (entry: CachedKey | null): VerifiableKey | null =>
  entry !== null && (entry.active || entry.takesOver !== undefined) ? entry : null;
