import type { ReactNode } from "react";
import type { KeyState } from "@/components/key-state/state-glyph";
import { StatusBadge } from "@/components/ui/status-badge";
import type { KeyStatus as KeysStanding } from "@/lib/api-keys/reads/queries";
import { addressesText } from "../api-keys/words";

/** The line's ID, for the `aria-describedby` of a blocked button. */
export const STATUS_LINES = "keys-standing";

/** The state of the merchant's keys, then what to do next. */
export function StatusLine({ standing }: { standing: KeysStanding }) {
  const [state, lead, rest, then] = sentence(standing);
  return (
    <StatusBadge id={STATUS_LINES} state={state}>
      <b>{lead}</b> {rest}
      {then && <span className="block">{then}</span>}
    </StatusBadge>
  );
}

function sentence({
  active,
  deactivating,
  waitingGenerated,
  rotation,
}: KeysStanding): [KeyState, string, ReactNode, string?] {
  const { standby } = rotation;
  if (active && standby) {
    const [old, next] = [`key ${active.number}`, `key ${standby.number}`];
    return standby.takesOver === "manual"
      ? [
          "active",
          `Key ${active.number} is active.`,
          `Key ${standby.number} takes over when you say so.`,
          `Until then, requests signed with ${old} are accepted, and requests signed with ${next} refused.`,
        ]
      : [
          "active",
          `Key ${active.number} is active.`,
          `Key ${standby.number} takes over with its first signed request.`,
          `Until then, requests signed with ${old} are accepted as before.`,
        ];
  }
  if (active) {
    const accepted = `Its requests are accepted from ${addressesText(active.allowedIps)}.`;
    return [
      "active",
      `Key ${active.number} is active.`,
      accepted,
      "Rotate it to change over to a new pair without an outage. Deactivate it before you activate another key.",
    ];
  }
  if (deactivating) {
    const waiting = "It may still work: not all gateways have confirmed.";
    return [
      "deactivating",
      `Key ${deactivating.number} is being deactivated.`,
      waiting,
      "You can activate another key once all gateways refuse it.",
    ];
  }
  if (standby)
    return [
      "inactive",
      "No key is active.",
      `All requests are refused. Take over with key ${standby.number} to accept requests.`,
    ];
  const next = waitingGenerated ? `Activate key ${waitingGenerated.number}` : "Activate a key";
  return ["inactive", "No key is active.", `All requests are refused. ${next} to accept requests.`];
}
