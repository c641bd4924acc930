import type { Member } from "../access/member";
import { authorize } from "../actions/authorize";
import { record } from "../audit/record";
import type { Proof } from "../identity/second-factor/challenge";
import { inTransaction } from "../platform/db/db";
import type { KeyId } from "../platform/ids";
import { type Result, refuse } from "../platform/result";
import { lockKey } from "./lock-key";
import { mayHoldSecret } from "./may-hold-secret";
import { normalizeNote } from "./note-text";

/**
 * Writes a key's note; an empty text removes it. Harmless when repeated: the same note is no
 * change.
 *
 * Attack: a secret that is pasted here would be stored and shown. Text that may be a secret is
 * refused, and not stored anywhere.
 */
export async function writeNote(
  member: Member,
  { keyId, note: text }: { keyId: KeyId; note: string },
  proof: Proof,
): Promise<Result<{ number: number }>> {
  if (mayHoldSecret(text)) return refuse({ code: "secret_typed" });
  const note = normalizeNote(text);
  return inTransaction(async (tx) => {
    await authorize(tx, member, proof);
    const { id, number } = await lockKey(tx, member, keyId);
    const [stored] = await tx.$queryRaw<{ note: string }[]>`SELECT note FROM key_notes WHERE api_key_id = ${id}::uuid`;
    const before = stored?.note ?? "";
    if (before === note) return { number };
    if (note === "") await tx.$executeRaw`DELETE FROM key_notes WHERE api_key_id = ${id}::uuid`;
    else
      await tx.$executeRaw`
        INSERT INTO key_notes (api_key_id, note) VALUES (${id}::uuid, ${note})
        ON CONFLICT (api_key_id) DO UPDATE SET note = excluded.note`;
    await record(tx, member, "api_key.noted", { apiKeyId: id, data: { number, before, after: note } });
    return { number };
  });
}
