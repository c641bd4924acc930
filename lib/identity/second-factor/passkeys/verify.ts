import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import { db } from "../../../platform/db/db";
import { accept, type Result, refuse } from "../../../platform/result";
import { ASSERTION, type Assertion, challengeIn } from "./answers";
import { findChallenge, type Purpose } from "./challenges";
import type { PasskeyProof } from "./consume";
import { relyingParty } from "./relying-party";

/*
 * Promise: a passkey stands in for a code only if it is this user's, its holder was verified by the device (a touch is not enough), and it
 * signed a challenge that this server made for this very thing and that nobody has used. Attacks: a signature for another user, session,
 * action or key; a replay; a page on another host; a copied passkey whose counter does not rise. Judging only looks; `consumePasskey` burns
 * the challenge in the operation's own transaction. WebAuthn level 3, 7.2; ASVS 5.0: 6.5.1, 6.5.7, 6.6.3.
 */
export async function verifyPasskey(wanted: Exclude<Purpose, { purpose: "registration" }>, given: unknown): Promise<Result<PasskeyProof>> {
  const parsed = ASSERTION.safeParse(given);
  if (!parsed.success) return refuse({ code: "passkey_refused" });
  const answer = parsed.data;
  const signed = challengeIn(answer);
  // Read before the challenge: an identical request that is faster burns that, and moves this one's counter on.
  const passkey = await passkeyOf(wanted.userId, answer.id);
  const challenge = signed === null ? null : await findChallenge(signed, wanted);
  if (signed === null || !challenge) return refuse({ code: "passkey_used" });
  const counter = passkey && (await counterAfter(answer, signed, passkey));
  if (!passkey || counter === null) return refuse({ code: "passkey_refused" });
  return accept({ kind: "passkey", userId: wanted.userId, challengeId: challenge.id, passkeyId: passkey.id, counter });
}

type Stored = { id: string; credentialId: string; publicKey: Uint8Array<ArrayBuffer>; counter: bigint };

const passkeyOf = (userId: string, credentialId: string): Promise<Stored | null> =>
  db().passkey.findFirst({ where: { userId, credentialId }, select: { id: true, credentialId: true, publicKey: true, counter: true } });

/** The counter the passkey is at now, or null where its answer does not hold. The library throws at whatever it does not like. */
async function counterAfter(answer: Assertion, challenge: string, { credentialId, publicKey, counter }: Stored): Promise<number | null> {
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
