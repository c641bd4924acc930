import type { Refusal } from "../words/refusals/refusals";

/**
 * `generated` → `active` ⇄ `inactive`; each of them → `retired`, which is final. A pair that a
 * rotation generates begins as `standby` → `active` | `inactive` (expired) | `retired`.
 *
 * Promise: only this table decides which changes a key allows. The database enforces the two rules
 * that a race could break (one active key per merchant, no way back from `retired`). A change that
 * has already been made is accepted and changes nothing, so that a repeat after a lost response is
 * harmless.
 */
export type Status = "generated" | "active" | "inactive" | "retired" | "standby";
export type Transition =
  | "activate"
  | "edit-ips"
  | "deactivate"
  | "deactivate-for-good"
  | "retire"
  | "rotate"
  | "take-over"
  | "cancel-rotation";
export const TAKES_OVER = ["first_request", "manual"] as const;
/** What makes a key on standby the active one. */
export type TakesOver = (typeof TAKES_OVER)[number];
export const DEACTIVATION_REASONS = ["rotating", "lost", "compromised", "other"] as const;
export type DeactivationReason = (typeof DEACTIVATION_REASONS)[number];
export const RETIREMENT_REASONS = ["unwanted", "lost", "compromised"] as const;
export type RetirementReason = (typeof RETIREMENT_REASONS)[number];

type Verdict =
  | "change"
  | "done"
  | "key_already_active"
  | "key_not_active"
  | "key_is_active"
  | "key_retired"
  | "key_on_standby"
  | "key_not_on_standby";

const VERDICTS: Record<Transition, Record<Status, Verdict>> = {
  activate: {
    generated: "change",
    active: "key_already_active",
    inactive: "change",
    retired: "key_retired",
    standby: "key_on_standby",
  },
  "edit-ips": { generated: "change", active: "change", inactive: "change", retired: "key_retired", standby: "change" },
  deactivate: {
    generated: "key_not_active",
    active: "change",
    inactive: "done",
    retired: "key_retired",
    standby: "key_on_standby",
  },
  "deactivate-for-good": {
    generated: "key_not_active",
    active: "change",
    inactive: "change",
    retired: "done",
    standby: "key_on_standby",
  },
  retire: { generated: "change", active: "key_is_active", inactive: "change", retired: "done", standby: "change" },
  rotate: {
    generated: "key_not_active",
    active: "change",
    inactive: "key_not_active",
    retired: "key_retired",
    standby: "key_on_standby",
  },
  "take-over": {
    generated: "key_not_on_standby",
    active: "done",
    inactive: "key_not_on_standby",
    retired: "key_retired",
    standby: "change",
  },
  "cancel-rotation": {
    generated: "key_not_on_standby",
    active: "key_is_active",
    inactive: "key_not_on_standby",
    retired: "done",
    standby: "change",
  },
};

/** Whether a change must be made ("change"), is already made ("done"), or is refused. */
export function checkTransition(
  change: Transition,
  key: { status: Status; number: number },
): "change" | "done" | Refusal {
  const verdict = VERDICTS[change][key.status];
  return verdict === "change" || verdict === "done" ? verdict : { code: verdict, number: key.number };
}

/** Whether a deactivation also retires the key: its secret is lost or compromised. */
export function retiresForGood(reason: DeactivationReason): reason is "lost" | "compromised" {
  return reason === "lost" || reason === "compromised";
}
