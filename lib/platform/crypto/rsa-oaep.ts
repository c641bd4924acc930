import { constants, type KeyObject, publicEncrypt, webcrypto } from "node:crypto";

/*
 * The seal of releases up to 0.2.0: RSAES-OAEP with SHA-256 (RFC 8017, 7.1). New secrets are
 * never sealed like this. The remaining ones can be opened until `npm run admin -- sealing
 * rotate` has resealed them. Opening one takes 2 to 3 ms, so it runs on libuv's threads.
 */

/** For a canary, with which a gateway proves that it holds the private key. */
export const sealWithRsa = (key: KeyObject, label: Uint8Array, text: Uint8Array): Buffer =>
  publicEncrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256", oaepLabel: Buffer.from(label) },
    text,
  );

export async function openWithRsa(privateKey: KeyObject, label: Uint8Array, sealed: Uint8Array): Promise<Buffer> {
  const opener = await openerOf(privateKey);
  return Buffer.from(
    await webcrypto.subtle.decrypt({ name: "RSA-OAEP", label: new Uint8Array(label) }, opener, new Uint8Array(sealed)),
  );
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
