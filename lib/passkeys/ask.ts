import { generateAuthenticationOptions, type PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import { refusingWhenBusy, undoneIfBusy } from "../busy";
import { db } from "../db";
import { type Limit, limit } from "../limits";
import type { Self } from "../perform-own";
import { accept, type Result, refuse } from "../result";
import { bindingOf } from "./binding";
import { makeChallenge, type Wanted } from "./challenges";
import { relyingParty } from "./relying-party";

const strangers = limit("passkey-challenge-login", 100, 15 * 60);
const users = limit("passkey-challenge-step-up", 60, 15 * 60);

/** For whoever stands at the login page: no name is asked, and whose passkeys there are is not said. */
export function askAtLogin(address: string | null): Promise<Result<PublicKeyCredentialRequestOptionsJSON>> {
  return refusingWhenBusy(() => asked(strangers, address ?? "unknown", { purpose: "login" }));
}

/** For one request of a user who is logged in. Their passkeys are the device's to find, as at login. */
export function askForRequest(self: Self, operation: string, request: unknown): Promise<Result<PublicKeyCredentialRequestOptionsJSON>> {
  const binding = bindingOf(operation, request);
  const { userId, sessionId } = self;
  return asked(users, userId, { purpose: "step_up", userId, sessionId, binding });
}

/** One more challenge, counted; of one that was turned away nothing stays. */
async function asked(limit: Limit, subject: string, wanted: Wanted): Promise<Result<PublicKeyCredentialRequestOptionsJSON>> {
  const seconds = await limit.take(subject);
  if (seconds !== null) return refuse({ code: "passkeys_busy", seconds });
  const challenge = await undoneIfBusy(
    () => makeChallenge(db(), wanted),
    () => limit.giveBack(subject),
  );
  return accept(await optionsFor(challenge));
}

function optionsFor(challenge: string): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: relyingParty().id,
    challenge: new Uint8Array(Buffer.from(challenge, "base64url")),
    userVerification: "required",
    allowCredentials: [],
  });
}
