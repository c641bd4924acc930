import { generateAuthenticationOptions, type PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import { db } from "../db";
import { limit } from "../limits";
import type { Self } from "../perform-own";
import { accept, type Result, refuse } from "../result";
import { bindingOf } from "./binding";
import { makeChallenge } from "./challenges";
import { relyingParty } from "./relying-party";

const strangers = limit("passkey-challenge-login", 100, 15 * 60);
const users = limit("passkey-challenge-step-up", 60, 15 * 60);

/** For whoever stands at the login page: no name is asked, and whose passkeys there are is not said. */
export async function askAtLogin(address: string | null): Promise<Result<PublicKeyCredentialRequestOptionsJSON>> {
  const seconds = await strangers.take(address ?? "unknown");
  if (seconds !== null) return refuse({ code: "passkeys_busy", seconds });
  return accept(await optionsFor(await makeChallenge(db(), { purpose: "login" })));
}

/** For one request of a user who is logged in. Their passkeys are the device's to find, as at login. */
export async function askForRequest(
  self: Self,
  operation: string,
  request: unknown,
): Promise<Result<PublicKeyCredentialRequestOptionsJSON>> {
  const seconds = await users.take(self.userId);
  if (seconds !== null) return refuse({ code: "passkeys_busy", seconds });
  const binding = bindingOf(operation, request);
  const { userId, sessionId } = self;
  return accept(await optionsFor(await makeChallenge(db(), { purpose: "step_up", userId, sessionId, binding })));
}

function optionsFor(challenge: string): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: relyingParty().id,
    challenge: new Uint8Array(Buffer.from(challenge, "base64url")),
    userVerification: "required",
    allowCredentials: [],
  });
}
