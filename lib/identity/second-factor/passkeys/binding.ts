import { createHmac } from "node:crypto";
import { deriveKey } from "../../../platform/crypto/token";
import { dashboardEnv } from "../../../platform/env";

/*
 * Promise: a passkey's signature is good for the one request its challenge was made for: this operation, this merchant, this key, these
 * parameters. Attack: a challenge asked for something harmless and spent on something else. The request is put into one canonical form
 * without its proof, and only a MAC of it is stored: requests may hold passwords. WebAuthn level 3, 13.4.3; ASVS 5.0: 6.5.1, 7.5.3.
 */
const PROOFS = ["code", "password", "passkey", "recoveryCode"];

/** What a challenge for this request is bound to. */
export function bindingOf(operation: string, request: unknown): Uint8Array<ArrayBuffer> {
  const given = typeof request === "object" && request !== null ? Object.entries(request) : [];
  const asked = Object.fromEntries(given.filter(([name]) => !PROOFS.includes(name)));
  return new Uint8Array(
    createHmac("sha256", key())
      .update(canonical([operation, asked]))
      .digest(),
  );
}

/** JSON with every object's names in order, and what is undefined left out. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

let derived: Buffer | undefined;
const key = (): Buffer => (derived ??= deriveKey(dashboardEnv().NEXTAUTH_SECRET, "passkey-binding"));
