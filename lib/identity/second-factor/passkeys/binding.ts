import { createHmac } from "node:crypto";
import { deriveKey } from "../../../platform/crypto/token";
import { dashboardEnv } from "../../../platform/env";

/*
 * Promise: a passkey's signature is valid only for the request that its challenge was made for:
 * this operation, this merchant, this key, these parameters. Attack: a challenge that is
 * requested for something harmless and used for something else. The request is put into a
 * canonical form without its proof. Only a MAC of it is stored, because requests may hold
 * passwords.
 * WebAuthn level 3, 13.4.3; ASVS 5.0: 6.5.1, 7.5.3.
 */
const PROOFS = ["code", "password", "passkey", "recoveryCode"];

/** The MAC of the request that a challenge is bound to. */
export function bindingOf(operation: string, request: unknown): Uint8Array<ArrayBuffer> {
  const given = typeof request === "object" && request !== null ? Object.entries(request) : [];
  const asked = Object.fromEntries(given.filter(([name]) => !PROOFS.includes(name)));
  return new Uint8Array(
    createHmac("sha256", key())
      .update(canonical([operation, asked]))
      .digest(),
  );
}

/** JSON with the names of every object sorted. Properties that are undefined are left out. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

let derived: Buffer | undefined;
const key = (): Buffer => (derived ??= deriveKey(dashboardEnv().NEXTAUTH_SECRET, "passkey-binding"));
