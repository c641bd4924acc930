import { type KeyObject, webcrypto } from "node:crypto";
import { signingKey } from "../signing/signature";
import type { KeyRing } from "./key-ring";
import { secretLabel } from "./seal";

export type Sealed = { sealed: Uint8Array<ArrayBuffer>; keyId: string; merchantId: string; keyVersion: number };

/**
 * Opens what lib/crypto/seal sealed: RSAES-OAEP with SHA-256 (RFC 8017, 7.1), labelled with the key and the merchant it belongs to.
 *
 * Promise: the secret exists outside its seal only as an HMAC key that cannot be printed, and opening one (2 to 3 ms) holds up no other request:
 * WebCrypto works on libuv's threads, where `privateDecrypt` would stop the event loop.
 * Attack: a sealed secret copied into another merchant's row. The label differs there, and this throws.
 */
export async function openSecret({ sealed, keyId, merchantId, keyVersion }: Sealed, privateKeys: KeyRing): Promise<KeyObject> {
  const privateKey = privateKeys.find(keyVersion);
  if (!privateKey)
    throw new Error(`The secret of key ${keyId} is sealed for key version ${keyVersion}, which SEALING_PRIVATE_KEYS does not hold.`);
  const opener = await openerOf(privateKey);
  const label = new Uint8Array(secretLabel(keyId, merchantId));
  const secret = await webcrypto.subtle.decrypt({ name: "RSA-OAEP", label }, opener, sealed).catch((cause: unknown) => {
    throw new Error(`The sealed secret of key ${keyId} does not open: it was sealed for another key, merchant or private key.`, { cause });
  });
  const bytes = new Uint8Array(secret);
  const key = signingKey(bytes);
  bytes.fill(0);
  return key;
}

const openers = new WeakMap<KeyObject, Promise<webcrypto.CryptoKey>>();

function openerOf(privateKey: KeyObject): Promise<webcrypto.CryptoKey> {
  const known = openers.get(privateKey);
  if (known) return known;
  const der = new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" }));
  const opener = webcrypto.subtle
    .importKey("pkcs8", der, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["decrypt"])
    .finally(() => der.fill(0));
  openers.set(privateKey, opener);
  return opener;
}
