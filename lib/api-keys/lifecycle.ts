import type { Refusal } from "../words/refusals";

/**
 * `generated` → `active` ⇄ `inactive`; each of them → `retired`, which is final.
 *
 * Promise: only this table decides which changes a key allows. The database enforces the two rules
 * that a race could break (one active key per merchant, no way back from `retired`). A change that
 * has already been made is accepted and changes nothing, so that a repeat after a lost response is
 * harmless.
 */
export type Status = "generated" | "active" | "inactive" | "retired";
export type Change = "activate" | "edit-ips" | "deactivate" | "deactivate-for-good" | "retire";
export const DEACTIVATION_REASONS = ["rotating", "lost", "compromised", "other"] as const;
export type DeactivationReason = (typeof DEACTIVATION_REASONS)[number];
export const RETIREMENT_REASONS = ["unwanted", "lost", "compromised"] as const;
export type RetirementReason = (typeof RETIREMENT_REASONS)[number];

type Verdict = "change" | "done" | "key_already_active" | "key_not_active" | "key_is_active" | "key_retired";

const VERDICTS: Record<Change, Record<Status, Verdict>> = {
  activate: { generated: "change", active: "key_already_active", inactive: "change", retired: "key_retired" },
  "edit-ips": { generated: "change", active: "change", inactive: "change", retired: "key_retired" },
  deactivate: { generated: "key_not_active", active: "change", inactive: "done", retired: "key_retired" },
  "deactivate-for-good": { generated: "key_not_active", active: "change", inactive: "change", retired: "done" },
  retire: { generated: "change", active: "key_is_active", inactive: "change", retired: "done" },
};

/** Whether a change must be made ("change"), is already made ("done"), or is refused. */
export function checkTransition(change: Change, key: { status: Status; number: number }): "change" | "done" | Refusal {
  const verdict = VERDICTS[change][key.status];
  return verdict === "change" || verdict === "done" ? verdict : { code: verdict, number: key.number };
}

/** Whether a deactivation also retires the key: its secret is lost or compromised. */
export function retiresForGood(reason: DeactivationReason): reason is "lost" | "compromised" {
  return reason === "lost" || reason === "compromised";
}
