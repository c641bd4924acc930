import type { CurrentUser } from "@/lib/actions/own-action";
import { addPasskey, beginPasskey } from "@/lib/identity/second-factor/passkeys/add";
import { requestChallenge } from "@/lib/identity/second-factor/passkeys/issue-challenge";
import { freshProof, unwrap } from "./api-keys";
import { type Authenticator, assert, attest, newAuthenticator, type Overrides } from "./authenticator";

/** Adds a passkey for this user. */
export async function addPasskeyTo(self: CurrentUser, name = "Laptop"): Promise<Authenticator> {
  const device = newAuthenticator();
  const { challenge } = unwrap(await beginPasskey(self, name, freshProof(self)));
  unwrap(await addPasskey(self, attest(device, challenge)));
  return device;
}

/** The passkey's response to a challenge that was created for this request. */
export async function signedFor(
  self: CurrentUser,
  device: Authenticator,
  operation: string,
  request: object,
  overrides: Overrides = {},
) {
  const { challenge } = unwrap(await requestChallenge(self, operation, request));
  return assert(device, challenge, overrides);
}
