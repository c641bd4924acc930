import type { Tx } from "../../../platform/db/db";
import type { UserId } from "../../../platform/ids";
import { RollbackWith } from "../../../platform/result";

/** A verified passkey: the challenge it signed, its id, and its counter after the signature. */
export type PasskeyProof = { kind: "passkey"; userId: UserId; challengeId: string; passkeyId: string; counter: number };

/**
 * Deletes the challenge and advances the counter. If several requests carry the same signature,
 * only one of them finds the challenge. If the passkey was removed meanwhile or its counter did
 * not rise, everything is rolled back. WebAuthn level 3, 7.2, steps 22 and 25.
 * @throws RollbackWith `passkey_used`, `passkey_refused`
 */
export async function consumePasskey(tx: Tx, { userId, challengeId, passkeyId, counter }: PasskeyProof): Promise<void> {
  const burnt =
    await tx.$executeRaw`DELETE FROM passkey_challenges WHERE id = ${challengeId}::uuid AND expires_at > now()`;
  if (burnt !== 1) throw new RollbackWith(tx, { code: "passkey_used" });
  const moved = await tx.$executeRaw`
    UPDATE passkeys SET counter = ${counter}, last_used_at = now()
    WHERE id = ${passkeyId}::uuid AND user_id = ${userId}::uuid AND (counter < ${counter} OR (counter = 0 AND ${counter} = 0))`;
  if (moved !== 1) throw new RollbackWith(tx, { code: "passkey_refused" });
}
