import { randomBytes } from "node:crypto";
import type { VersionedKey } from "../platform/crypto/key-ring";
import { sealSecret } from "../platform/crypto/seal";
import type { Secret } from "../platform/crypto/secret";
import type { KeyId, MerchantId } from "../platform/ids";
import { fingerprint, newSecret, secretCheck } from "./key-pair";

type Stored = {
  sealed: Uint8Array<ArrayBuffer>;
  keyVersion: number;
  fingerprint: string;
  check: Uint8Array<ArrayBuffer>;
};

/**
 * Makes a new secret and what is stored of it: the sealed text, and the values that show whether
 * another sealed text holds the same secret.
 */
export function sealedSecret(
  { keyId, merchantId }: { keyId: KeyId; merchantId: MerchantId },
  key: VersionedKey,
): { secret: Secret; stored: Stored } {
  const secret = newSecret(randomBytes);
  const { sealed, keyVersion } = sealSecret({ secret, keyId, merchantId }, key);
  return {
    secret,
    stored: {
      sealed: new Uint8Array(sealed),
      keyVersion,
      fingerprint: fingerprint(secret),
      check: new Uint8Array(secretCheck(secret)),
    },
  };
}
