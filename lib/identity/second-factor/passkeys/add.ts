import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { authorizeSelf } from "../../../actions/authorize";
import type { CurrentUser } from "../../../actions/own-action";
import { record } from "../../../audit/record";
import { notify } from "../../../mail/enqueue";
import { db, inTransaction, type Tx } from "../../../platform/db/db";
import { type Result, RollbackWith, refuse } from "../../../platform/result";
import { NO_PROOF, type Proof } from "../challenge";
import { findChallenge, makeChallenge } from "./challenges";
import { ALGORITHMS, relyingParty } from "./relying-party";
import { type Attestation, challengeIn } from "./responses";

const MAX = 10;

/**
 * The first half, which needs a 2FA code: returns a challenge that only this session can answer,
 * once, with a new passkey of this name.
 */
export async function beginPasskey(
  self: CurrentUser,
  name: string,
  proof: Proof,
): Promise<Result<PublicKeyCredentialCreationOptionsJSON>> {
  const { userId, sessionId } = self;
  const known = await db().passkey.findMany({ where: { userId }, select: { credentialId: true } });
  if (known.length >= MAX) return refuse({ code: "too_many_passkeys", limit: MAX });
  const made = await inTransaction(async (tx) => {
    await authorizeSelf(tx, self, proof);
    return makeChallenge(tx, { purpose: "registration", userId, sessionId, name });
  });
  if (!made.ok) return made;
  const { id, name: rpName } = relyingParty();
  const options = await generateRegistrationOptions({
    rpID: id,
    rpName,
    userName: self.email,
    userDisplayName: self.name,
    userID: new Uint8Array(Buffer.from(userId)),
    challenge: new Uint8Array(Buffer.from(made.value, "base64url")),
    attestationType: "none",
    excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    supportedAlgorithmIDs: ALGORITHMS,
  });
  return { ok: true, value: options };
}

/** The second half: verifies the new passkey's answer and consumes the challenge. */
export async function addPasskey(self: CurrentUser, answer: Attestation): Promise<Result<{ name: string }>> {
  const { userId, sessionId } = self;
  const signed = challengeIn(answer);
  const challenge =
    signed === null ? null : await findChallenge(signed, { purpose: "registration", userId, sessionId });
  if (signed === null || !challenge) return refuse({ code: "passkey_used" });
  const credential = await credentialIn(answer, signed);
  if (!credential) return refuse({ code: "passkey_refused" });
  const name = challenge.name ?? "";
  return inTransaction(async (tx) => {
    await authorizeSelf(tx, self, NO_PROOF);
    const { count } = await tx.passkeyChallenge.deleteMany({ where: { id: challenge.id } });
    if (count !== 1) throw new RollbackWith(tx, { code: "passkey_used" });
    await keep(tx, self, { ...credential, name });
    await record(tx, self, "passkey.added");
    await notify(tx, { to: { userId }, template: "passkey_added", data: { by: self.email, from: self.address } });
    return { name };
  });
}

type Credential = { credentialId: string; publicKey: Uint8Array<ArrayBuffer>; counter: number };

async function credentialIn(answer: Attestation, challenge: string): Promise<Credential | null> {
  const { id, origin } = relyingParty();
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: answer,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return null;
    const { credential } = registrationInfo;
    return {
      credentialId: credential.id,
      publicKey: new Uint8Array(credential.publicKey),
      counter: credential.counter,
    };
  } catch {
    return null;
  }
}

/** Refuses a passkey that is already registered, whoever its user is. */
async function keep(tx: Tx, { userId }: CurrentUser, passkey: Credential & { name: string }): Promise<void> {
  if ((await tx.passkey.count({ where: { userId } })) >= MAX)
    throw new RollbackWith(tx, { code: "too_many_passkeys", limit: MAX });
  const { count } = await tx.passkey.createMany({ data: [{ userId, ...passkey }], skipDuplicates: true });
  if (count !== 1) throw new RollbackWith(tx, { code: "passkey_refused" });
}
