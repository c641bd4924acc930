import { query } from "../../platform/db/db";
import type { UserId } from "../../platform/ids";
import type { Refusal } from "../../words/refusals/refusals";
import { MAX_FAILURES_WITHOUT_SUCCESS } from "./attempt-limit";
import { STEP_SECONDS } from "./step";

/** Why step-up codes are not accepted now. */
export type Lock = Extract<Refusal, { code: "codes_locked" | "codes_disabled" }>;

/** What a dialog shows before a 2FA code is entered. Nothing in it helps to guess a code. */
export type SecondFactor = {
  lock: Lock | null;
  /** The names of the user's passkeys. */
  passkeys: string[];
  /** How long the device still shows the code that was used last; 0 if it shows a newer one. */
  usedForMs: number;
};

type Row = { until: Date | null; disabled: boolean; usedForMs: number | null; passkeys: string[] };

export async function secondFactorOf(userId: UserId): Promise<SecondFactor> {
  const [row] = await query<Row>`
    SELECT CASE WHEN a.locked_until > now() THEN a.locked_until END AS until,
      coalesce(a.failures_without_success >= ${MAX_FAILURES_WITHOUT_SUCCESS}, false) OR d.user_id IS NULL AS disabled,
      greatest(0, (d.last_step + 1) * ${STEP_SECONDS} - extract(epoch FROM clock_timestamp()))::float8 * 1000 AS "usedForMs",
      ARRAY(SELECT p.name FROM passkeys p WHERE p.user_id = u.id ORDER BY p.created_at) AS passkeys
    FROM users u LEFT JOIN totp_devices d ON d.user_id = u.id
      LEFT JOIN code_attempts a ON a.user_id = u.id AND a.purpose = 'step_up'
    WHERE u.id = ${userId}::uuid`;
  if (!row) return { lock: null, passkeys: [], usedForMs: 0 };
  return { lock: lockIn(row), passkeys: row.passkeys, usedForMs: Math.ceil(row.usedForMs ?? 0) };
}

function lockIn({ until, disabled }: Row): Lock | null {
  if (disabled) return { code: "codes_disabled" };
  return until ? { code: "codes_locked", until: until.toISOString() } : null;
}
