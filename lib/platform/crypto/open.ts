import type { KeyObject } from "node:crypto";
import { signingKey } from "../signing/signature";
import { openWith } from "./hpke";
import type { KeyRing } from "./key-ring";
import { openWithRsa } from "./rsa-oaep";
import { type SecretOwner, secretLabel } from "./seal";

export type Sealed = SecretOwner & { sealed: Uint8Array<ArrayBuffer>; keyVersion: number };

/**
 * The available private keys do not open the secret. The installation is at fault, not the
 * request.
 */
export class NotOpened extends Error {}

/**
 * Opens a secret that lib/platform/crypto/seal sealed, under the label of the key and merchant
 * that it belongs to.
 *
 * Promise: outside its seal the secret exists only as an HMAC key that cannot be printed. Opening
 * takes about a tenth of a millisecond (RSA, of releases before 0.3.0: 2 to 3 ms).
 * Attack: a sealed secret copied into another merchant's row. The label differs there, and this
 * throws NotOpened.
 */
export async function openSecret(
  { sealed, keyId, merchantId, keyVersion }: Sealed,
  privateKeys: KeyRing,
): Promise<KeyObject> {
  const privateKey = privateKeys.find(keyVersion);
  if (!privateKey)
    throw new NotOpened(
      `The secret of key ${keyId} is sealed for key version ${keyVersion}, which SEALING_PRIVATE_KEYS lacks.`,
    );
  try {
    const bytes = await openSealed(privateKey, secretLabel(keyId, merchantId), sealed);
    const key = signingKey(bytes);
    bytes.fill(0);
    return key;
  } catch (cause) {
    throw new NotOpened(
      `The sealed secret of key ${keyId} does not open: it was sealed for another key, merchant or private key.`,
      {
        cause,
      },
    );
  }
}

/**
 * Opens with HPKE or RSA, depending on the private key.
 * @throws if it was sealed for another key or label, or was changed
 */
export async function openSealed(privateKey: KeyObject, label: Uint8Array, sealed: Uint8Array): Promise<Buffer> {
  return privateKey.asymmetricKeyType === "rsa"
    ? openWithRsa(privateKey, label, sealed)
    : openWith(privateKey, label, sealed);
}
