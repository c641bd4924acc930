import type { Sentences } from "./sentences";

/** Refusals that are about a change of an API key. */
export type ApiKeyRefusal =
  | { code: "another_key_active"; number: number }
  | { code: "deactivation_in_progress"; number: number }
  | { code: "key_already_active"; number: number }
  | { code: "key_not_active"; number: number }
  | { code: "key_is_active"; number: number }
  | { code: "key_retired"; number: number }
  | { code: "key_on_standby"; number: number }
  | { code: "key_not_on_standby"; number: number }
  | { code: "rotation_under_way"; number: number }
  | { code: "rotation_over"; number: number }
  | { code: "take_over_needs_code" }
  | { code: "not_confirmed" }
  | { code: "not_answered" }
  | { code: "ticket_conflict" }
  | { code: "secret_no_longer_held"; number: number; standby?: true }
  | { code: "secret_typed" };

export const API_KEYS: Sentences<ApiKeyRefusal> = {
  another_key_active: [
    "form",
    (refusal) => `Key ${refusal.number} is active. Deactivate it first, then activate this one.`,
  ],
  deactivation_in_progress: [
    "form",
    (refusal) => `Key ${refusal.number} is still being deactivated. Wait a few seconds, then activate this one.`,
  ],
  key_already_active: ["form", (refusal) => `Key ${refusal.number} is already active. Reload the list.`],
  key_not_active: ["form", (refusal) => `Key ${refusal.number} is not active. Reload the list to see its state.`],
  key_is_active: ["form", (refusal) => `Key ${refusal.number} is active. Deactivate it instead.`],
  key_retired: ["form", (refusal) => `Key ${refusal.number} is retired permanently. Generate a new API key.`],
  key_on_standby: [
    "form",
    (refusal) => `Key ${refusal.number} is on standby. Take over with it, or cancel the rotation.`,
  ],
  key_not_on_standby: [
    "form",
    (refusal) => `Key ${refusal.number} is not on standby. Reload the list to see its state.`,
  ],
  rotation_under_way: [
    "form",
    (refusal) => `Key ${refusal.number} is on standby already. Take over with it, or cancel that rotation first.`,
  ],
  rotation_over: [
    "form",
    (refusal) => `The rotation ended before key ${refusal.number} took over, and nothing was changed. Reload the list.`,
  ],
  take_over_needs_code: [
    "form",
    "Taking over needs a 2FA code or a passkey. With the password you can only deactivate the key.",
  ],
  not_confirmed: [
    "form",
    "The database saved this, but no standby confirmed it. It may be lost in a failover, and gateways may still accept what it forbids. Repeat it until it is confirmed; a repeat changes nothing more.",
  ],
  not_answered: [
    "form",
    "The database did not answer in time, so we do not know whether the change was saved. Reload to see. Repeat a deactivation, a retirement or a shorter list of addresses until you get an answer; a repeat changes nothing more.",
  ],
  ticket_conflict: [
    "form",
    "This request was already sent with other details, and nothing more was changed. Close the dialog and start again.",
  ],
  secret_no_longer_held: [
    "form",
    (refusal) =>
      `The secret key of key ${refusal.number} cannot be shown any more. ${refusal.standby ? "Cancel the rotation, then rotate again." : "Deactivate the key, then generate a new API key."}`,
  ],
  secret_typed: [
    "form",
    "That looks like a secret key, so it was not used or stored. Keep it only where your server reads it.",
  ],
};
