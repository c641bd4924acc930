import { generateAuthenticationOptions, type PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import { authorizeSelf } from "../../../actions/authorize";
import type { CurrentUser } from "../../../actions/own-action";
import { refuseIfBusy, undoIfBusy } from "../../../platform/db/busy";
import { db, inTransaction } from "../../../platform/db/db";
import { type Limit, limit } from "../../../platform/rate-limit";
import { accept, type Result, refuse } from "../../../platform/result";
import { sourceOf } from "../../session/source";
import { NO_PROOF } from "../challenge";
import { bindingOf } from "./binding";
import { makeChallenge } from "./challenges";
import { relyingParty } from "./relying-party";

const strangers = limit("passkey-challenge-login", 100, 15 * 60);
const users = limit("passkey-challenge-step-up", 60, 15 * 60);

/** A challenge for the login page: it needs no user name and does not reveal who has passkeys. */
export function loginChallenge(address: string | null): Promise<Result<PublicKeyCredentialRequestOptionsJSON>> {
  return refuseIfBusy(() =>
    asked(strangers, sourceOf(address), async () => accept(await makeChallenge(db(), { purpose: "login" }))),
  );
}

/** A challenge for one request of a logged-in user. As at login, the device finds the passkey. */
export function requestChallenge(
  self: CurrentUser,
  operation: string,
  request: unknown,
): Promise<Result<PublicKeyCredentialRequestOptionsJSON>> {
  const binding = bindingOf(operation, request);
  const { userId, sessionId } = self;
  return asked(users, userId, () =>
    inTransaction(async (tx) => {
      await authorizeSelf(tx, self, NO_PROOF);
      return makeChallenge(tx, { purpose: "step_up", userId, sessionId, binding });
    }),
  );
}

/** Counts and makes a challenge. If the database is busy, the count is taken back. */
async function asked(
  limit: Limit,
  subject: string,
  make: () => Promise<Result<string>>,
): Promise<Result<PublicKeyCredentialRequestOptionsJSON>> {
  const seconds = await limit.take(subject);
  if (seconds !== null) return refuse({ code: "passkeys_busy", seconds });
  const challenge = await undoIfBusy(make, () => limit.release(subject));
  return challenge.ok ? accept(await optionsFor(challenge.value)) : challenge;
}

function optionsFor(challenge: string): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: relyingParty().id,
    challenge: new Uint8Array(Buffer.from(challenge, "base64url")),
    userVerification: "required",
    allowCredentials: [],
  });
}
