import type { Tx } from "../../../platform/db/db";
import { RollbackWith } from "../../../platform/result";

/** What judging a passkey gives: the challenge that was signed, by which passkey, and its counter after that. */
export type PasskeyProof = { kind: "passkey"; userId: string; challengeId: string; passkeyId: string; counter: number };

/**
 * Burns the challenge and moves the counter on. Of many that were judged with one signature, one finds the row.
 * A passkey that was removed meanwhile, or a counter that did not rise, spends nothing. WebAuthn level 3, 7.2, steps 22 and 25.
 * @throws Refused `passkey_used`
 */
export async function consumePasskey(tx: Tx, { userId, challengeId, passkeyId, counter }: PasskeyProof): Promise<void> {
  const burnt = await tx.$executeRaw`DELETE FROM passkey_challenges WHERE id = ${challengeId}::uuid AND expires_at > now()`;
  if (burnt !== 1) throw new RollbackWith({ code: "passkey_used" });
  const moved = await tx.$executeRaw`
    UPDATE passkeys SET counter = ${counter}, last_used_at = now()
    WHERE id = ${passkeyId}::uuid AND user_id = ${userId}::uuid AND (counter < ${counter} OR (counter = 0 AND ${counter} = 0))`;
  if (moved !== 1) throw new RollbackWith({ code: "passkey_refused" });
}
