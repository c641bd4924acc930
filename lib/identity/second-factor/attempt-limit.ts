import { record } from "../../audit/record";
import { notify } from "../../mail/enqueue";
import { db, transaction } from "../../platform/db/db";
import type { UserId } from "../../platform/ids";
import type { Refusal } from "../../words/refusals/refusals";

/*
 * Promise: however many guesses arrive at once, at most five are verified before the lock, and
 * fifty wrong codes without a right one disable the codes until a device is enrolled again.
 * Attack: a parallel burst in which every request reads the counter before any has written it. So
 * a committed statement reserves an attempt before the code is verified. Reservations only limit
 * how many codes are verified at once; only a wrong code writes the lock. A reservation that a
 * crash left behind expires after 10 s. Login and step-up are counted separately, so that a
 * stranger at the login page cannot lock an Owner's dialogs.
 * RFC 6238 5.2, RFC 4226 7.3, ASVS 5.0 6.3.1.
 */
export type Purpose = "login" | "step_up";

const MAX_FAILURES_BEFORE_LOCK = 5;
export const MAX_FAILURES_WITHOUT_SUCCESS = 50;

/** Reserves an attempt; returns null, or the refusal if there is none left. */
export async function reserveAttempt(userId: UserId, purpose: Purpose): Promise<Refusal | null> {
  const taken = await db().$executeRaw`
    INSERT INTO code_attempts AS a (user_id, purpose, reserved, reserved_at) VALUES (${userId}::uuid, ${purpose}::"CodePurpose", 1, now())
    ON CONFLICT (user_id, purpose) DO UPDATE SET
      reserved = CASE WHEN a.reserved_at > now() - interval '10 seconds' THEN a.reserved + 1 ELSE 1 END,
      reserved_at = now(),
      failures = CASE WHEN a.locked_until <= now() THEN 0 ELSE a.failures END,
      locked_until = CASE WHEN a.locked_until <= now() THEN NULL ELSE a.locked_until END
    WHERE (a.locked_until IS NULL OR a.locked_until <= now())
      AND CASE WHEN a.reserved_at > now() - interval '10 seconds' THEN a.reserved ELSE 0 END
        + CASE WHEN a.locked_until <= now() THEN 0 ELSE a.failures END < ${MAX_FAILURES_BEFORE_LOCK}
      AND CASE WHEN a.reserved_at > now() - interval '10 seconds' THEN a.reserved ELSE 0 END
        + a.failures_without_success < ${MAX_FAILURES_WITHOUT_SUCCESS}`;
  return taken === 1 ? null : ((await lockOf(userId, purpose)) ?? { code: "codes_busy" });
}

/** The user's lock, or null. */
export async function lockOf(userId: UserId, purpose: Purpose): Promise<Refusal | null> {
  const [row] = await db().$queryRaw<{ until: Date | null; disabled: boolean }[]>`
    SELECT CASE WHEN locked_until > now() THEN locked_until END AS until, failures_without_success >= ${MAX_FAILURES_WITHOUT_SUCCESS} AS disabled
    FROM code_attempts WHERE user_id = ${userId}::uuid AND purpose = ${purpose}::"CodePurpose"`;
  if (row?.disabled) return { code: "codes_disabled" };
  return row?.until ? { code: "codes_locked", until: row.until.toISOString() } : null;
}

/** Releases a reserved attempt that was neither a success nor a failure. */
export async function releaseAttempt(userId: UserId, purpose: Purpose): Promise<void> {
  await db().$executeRaw`
    UPDATE code_attempts SET reserved = GREATEST(reserved - 1, 0) WHERE user_id = ${userId}::uuid AND purpose = ${purpose}::"CodePurpose"`;
}

/** Releases the attempt of a right code and resets the failures. An existing lock stays. */
export async function countSuccess(userId: UserId, purpose: Purpose): Promise<void> {
  await db().$executeRaw`
    UPDATE code_attempts SET reserved = GREATEST(reserved - 1, 0), failures = 0, failures_without_success = 0
    WHERE user_id = ${userId}::uuid AND purpose = ${purpose}::"CodePurpose"`;
}

/** Turns a reserved attempt into a failure. The last one allowed writes the lock and its event. */
export async function countFailure(userId: UserId, purpose: Purpose): Promise<Refusal> {
  return transaction(async (tx) => {
    const [row] = await tx.$queryRaw<{ failures: number; without_success: number; until: Date | null }[]>`
      UPDATE code_attempts SET reserved = GREATEST(reserved - 1, 0), failures = failures + 1,
        failures_without_success = failures_without_success + 1,
        locked_until = CASE WHEN failures + 1 >= ${MAX_FAILURES_BEFORE_LOCK} THEN now() + interval '30 minutes' ELSE locked_until END
      WHERE user_id = ${userId}::uuid AND purpose = ${purpose}::"CodePurpose"
      RETURNING failures, failures_without_success AS without_success, locked_until AS until`;
    if (!row) throw new Error("a failure was counted without a place");
    const disabled = row.without_success >= MAX_FAILURES_WITHOUT_SUCCESS;
    if (disabled || row.until) {
      await record(tx, { userId }, disabled ? "code.disabled" : "code.locked", { data: { purpose } });
      const until = disabled ? null : (row.until?.toISOString() ?? null);
      await notify(tx, { to: { userId }, template: "codes_locked", data: { purpose, until } });
    }
    if (disabled) return { code: "codes_disabled" };
    return row.until ? { code: "codes_locked", until: row.until.toISOString() } : { code: "code_wrong" };
  });
}
