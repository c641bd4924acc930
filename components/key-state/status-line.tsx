import type { ReactNode } from "react";
import type { KeyState } from "@/components/key-state/state-glyph";
import { StatusBadge } from "@/components/ui/status-badge";
import type { KeysStatus } from "@/lib/api-keys/reads/queries";
import type { Standby } from "@/lib/api-keys/reads/rotation";
import { type SummaryKey, summaryOf } from "@/lib/api-keys/summary-key";
import { addressesText } from "../api-keys/words";

/** The line's ID, for the `aria-describedby` of a blocked button. */
export const STATUS_LINES = "keys-status";

/** The state of the merchant's keys, then what to do next. */
export function StatusLine({ status }: { status: KeysStatus }) {
  const [state, lead, rest, then] = sentence(status);
  return (
    <StatusBadge id={STATUS_LINES} state={state}>
      <b>{lead}</b> {rest}
      {then && <span className="block">{then}</span>}
    </StatusBadge>
  );
}

function sentence(status: KeysStatus): [KeyState, string, ReactNode, string?] {
  const { active, rotation } = status;
  const { state, number } = summaryOf(status);
  if (active && rotation.standby) return ["active", `Key ${number} is active.`, ...takeOver(active, rotation.standby)];
  if (active) {
    const accepted = `Its requests are accepted from ${addressesText(active.allowedIps)}.`;
    return [
      "active",
      `Key ${number} is active.`,
      accepted,
      "Rotate it to change over to a new pair without an outage. Deactivate it before you activate another key.",
    ];
  }
  if (state === "deactivating")
    return [
      "deactivating",
      `Key ${number} is being deactivated.`,
      "It may still work: not all gateways have confirmed.",
      "You can activate another key once all gateways refuse it.",
    ];
  return ["inactive", "No key is active.", `All requests are refused. ${remedy(state, number)} to accept requests.`];
}

const takeOver = ({ number: old }: { number: number }, { number: next, takesOver }: Standby): [string, string] =>
  takesOver === "manual"
    ? [
        `Key ${next} takes over when you say so.`,
        `Until then, requests signed with key ${old} are accepted, and requests signed with key ${next} refused.`,
      ]
    : [
        `Key ${next} takes over with its first signed request.`,
        `Until then, requests signed with key ${old} are accepted as before.`,
      ];

function remedy(state: SummaryKey["state"], number: number | null): string {
  if (state === "standby") return `Take over with key ${number}`;
  return state === "generated" ? `Activate key ${number}` : "Activate a key";
}
