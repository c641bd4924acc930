import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import { db } from "../../../platform/db/db";
import type { UserId } from "../../../platform/ids";
import { accept, type Result, refuse } from "../../../platform/result";
import { findChallenge, type Purpose } from "./challenges";
import type { PasskeyProof } from "./consume";
import { relyingParty } from "./relying-party";
import { ASSERTION, type Assertion, challengeIn } from "./responses";

/*
 * Promise: a passkey replaces a code only if it belongs to this user, the device verified its
 * holder (a touch is not enough), and it signed an unused challenge that this server made for
 * exactly this request. Attacks: a signature for another user, session, action or key; a replay;
 * a page on another host; a copied passkey whose counter does not rise. Verifying only reads;
 * `consumePasskey` consumes the challenge in the operation's own transaction.
 * WebAuthn level 3, 7.2; ASVS 5.0: 6.5.1, 6.5.7, 6.6.3.
 */
export async function verifyPasskey(
  wanted: Exclude<Purpose, { purpose: "registration" }>,
  given: unknown,
): Promise<Result<PasskeyProof>> {
  const parsed = ASSERTION.safeParse(given);
  if (!parsed.success) return refuse({ code: "passkey_refused" });
  const answer = parsed.data;
  const signed = challengeIn(answer);
  // Read the passkey before the challenge. An identical, faster request deletes the challenge and
  // advances the counter; this one must then be refused as used, not because of its counter.
  const passkey = await passkeyOf(wanted.userId, answer.id);
  const challenge = signed === null ? null : await findChallenge(signed, wanted);
  if (signed === null || !challenge) return refuse({ code: "passkey_used" });
  const counter = passkey && (await counterAfter(answer, signed, passkey));
  if (!passkey || counter === null) return refuse({ code: "passkey_refused" });
  return accept({ kind: "passkey", userId: wanted.userId, challengeId: challenge.id, passkeyId: passkey.id, counter });
}

type Stored = { id: string; credentialId: string; publicKey: Uint8Array<ArrayBuffer>; counter: bigint };

const passkeyOf = (userId: UserId, credentialId: string): Promise<Stored | null> =>
  db().passkey.findFirst({
    where: { userId, credentialId },
    select: { id: true, credentialId: true, publicKey: true, counter: true },
  });

/** The passkey's new counter, or null if its answer is invalid, on which the library throws. */
async function counterAfter(
  answer: Assertion,
  challenge: string,
  { credentialId, publicKey, counter }: Stored,
): Promise<number | null> {
  const { id, origin } = relyingParty();
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      credential: { id: credentialId, publicKey: new Uint8Array(publicKey), counter: Number(counter) },
      requireUserVerification: true,
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}
