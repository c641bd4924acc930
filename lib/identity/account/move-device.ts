import { authorizeSelf } from "../../actions/authorize";
import type { CurrentUser } from "../../actions/own-action";
import { record } from "../../audit/record";
import { notify } from "../../mail/enqueue";
import { undoIfBusy } from "../../platform/db/busy";
import { db, inTransaction, type Tx } from "../../platform/db/db";
import type { UserId } from "../../platform/ids";
import { limit } from "../../platform/rate-limit";
import { type Result, RollbackWith, refuse } from "../../platform/result";
import { NO_PROOF, type Proof } from "../second-factor/challenge";
import { enrol } from "../second-factor/enrolment";
import { checkCode, isCode, newSeed, seedUri } from "../second-factor/totp";
import { openSeed, sealSeed } from "../second-factor/totp-seed";
import { endSessionsOf } from "../session/sessions";

/*
 * Promise: a new device replaces the old one only after a code of the old device (or a recovery
 * code, or a passkey) and then a code of the new device, in one session, within 10 minutes. The
 * server chooses the seed, shows it once and stores it sealed. Attacks: a client that brings its
 * own seed; another session that finishes the move; the same confirmation sent twice (only one
 * DELETE finds the row); a code of the old device that is verified before the move and used after
 * it (every step up to now counts as used). ASVS 5.0: 6.5.1, 6.5.6, 7.5.1, 7.4.3.
 */
const tries = limit("device-move", 10, 10 * 60);

/** Makes a seed for the new device, shown only now. It replaces an earlier, unconfirmed move. */
export function beginMove(self: CurrentUser, proof: Proof): Promise<Result<{ seed: string; uri: string }>> {
  const seed = newSeed();
  const { sealedSeed, keyVersion } = sealSeed(seed, self.userId);
  return inTransaction(async (tx) => {
    await authorizeSelf(tx, self, proof);
    await tx.$executeRaw`
      INSERT INTO device_moves (user_id, session_id, sealed_seed, key_version)
      VALUES (${self.userId}::uuid, ${self.sessionId}::uuid, ${sealedSeed}, ${keyVersion})
      ON CONFLICT (user_id) DO UPDATE SET session_id = EXCLUDED.session_id, sealed_seed = EXCLUDED.sealed_seed,
        key_version = EXCLUDED.key_version, expires_at = DEFAULT`;
    return { seed, uri: seedUri(self.email, seed) };
  });
}

/** Finishes the move with a code of the new device and ends all other sessions of the user. */
export async function confirmMove(
  self: CurrentUser,
  { deviceCode }: { deviceCode: string },
): Promise<Result<{ ended: number }>> {
  if (!isCode(deviceCode)) return refuse({ code: "code_malformed" });
  if ((await tries.take(self.userId)) !== null) return refuse({ code: "device_move_over" });
  return undoIfBusy(
    () => confirm(self, deviceCode),
    () => tries.release(self.userId),
  );
}

async function confirm(self: CurrentUser, deviceCode: string): Promise<Result<{ ended: number }>> {
  const move = await moveOf(self);
  if (!move) return refuse({ code: "device_move_over" });
  const seed = openSeed(move, self.userId);
  const verdict = checkCode(deviceCode, { seed, at: move.at, lastStep: 0 });
  if (verdict.kind !== "right") return refuse({ code: verdict.kind === "clock_off" ? "code_clock_off" : "code_wrong" });
  const moved = await inTransaction(async (tx) => {
    await authorizeSelf(tx, self, NO_PROOF);
    await takeMove(tx, self, move);
    await enrol(tx, self.userId, seed);
    await useUpSteps(tx, self.userId, verdict.step);
    const ended = await endSessionsOf(tx, self.userId, { except: self.sessionId, reason: "device_changed" });
    await record(tx, self, "device.moved");
    await notify(tx, {
      to: { userId: self.userId },
      template: "device_changed",
      data: { by: self.email, from: self.address },
    });
    return { ended };
  });
  if (moved.ok) await tries.forget(self.userId);
  return moved;
}

type Move = { sealedSeed: Uint8Array; keyVersion: number; at: number };

async function moveOf({ userId, sessionId }: CurrentUser): Promise<Move | undefined> {
  const [move] = await db().$queryRaw<Move[]>`
    SELECT sealed_seed AS "sealedSeed", key_version AS "keyVersion", extract(epoch FROM clock_timestamp())::float8 AS at
    FROM device_moves WHERE user_id = ${userId}::uuid AND session_id = ${sessionId}::uuid AND expires_at > now()`;
  return move;
}

/** Deletes the move if it still holds the seed that was verified. Only one request can succeed. */
async function takeMove(tx: Tx, { userId, sessionId }: CurrentUser, { sealedSeed }: Move): Promise<void> {
  const taken = await tx.$executeRaw`
    DELETE FROM device_moves WHERE user_id = ${userId}::uuid AND session_id = ${sessionId}::uuid AND sealed_seed = ${sealedSeed}
      AND expires_at > now()`;
  if (taken !== 1) throw new RollbackWith(tx, { code: "device_move_over" });
}

async function useUpSteps(tx: Tx, userId: UserId, step: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE totp_devices SET enrolled_at = now(), last_step = GREATEST(last_step, ${step}, floor(extract(epoch FROM clock_timestamp()) / 30)::bigint)
    WHERE user_id = ${userId}::uuid`;
}
