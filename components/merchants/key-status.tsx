import type { ReactNode } from "react";
import { Link } from "@/components/ui/link";
import { StatusBadge } from "@/components/ui/status-badge";
import { Time } from "@/components/ui/time";
import type { KeysStatus } from "@/lib/api-keys/reads/queries";
import { type SummaryKey, summaryOf } from "@/lib/api-keys/summary-key";
import { addressesWords } from "@/lib/words/addresses";

/** The state of the merchant's keys in one line, with a link to the API keys. */
export function KeyStatus({ status, href }: { status: KeysStatus; href: string }) {
  const { state } = summaryOf(status);
  return (
    <StatusBadge state={state === "none" ? "inactive" : state}>
      {sentenceOf(status)} <Link href={href}>Open API keys</Link>
    </StatusBadge>
  );
}

function sentenceOf(status: KeysStatus): ReactNode {
  const { active, rotation } = status;
  const { state, number } = summaryOf(status);
  if (active?.secretUndelivered)
    return (
      <>
        <b>Key {number} is active. Did you save its secret key?</b> Your browser did not confirm that it was shown.
      </>
    );
  if (active)
    return (
      <>
        <b>Key {number} is active</b> since <Time at={active.activatedAt} />. Its requests are accepted from{" "}
        {addressesWords(active.allowedIps)}.{rotation.standby && ` Key ${rotation.standby.number} is on standby.`}
      </>
    );
  if (state === "deactivating")
    return (
      <>
        <b>Key {number} is being deactivated.</b> It may still work: not all gateways have confirmed.
      </>
    );
  if (state === "none")
    return (
      <>
        <b>There is no API key yet,</b> so all requests are refused. Generate the first one.
      </>
    );
  return (
    <>
      <b>No key is active,</b> so all requests are refused. {remedyOf(state, number)}
    </>
  );
}

function remedyOf(state: SummaryKey["state"], number: number | null): string {
  if (state === "standby") return `Key ${number} can take over.`;
  if (state === "generated") return `Key ${number} is ready to activate.`;
  return "Activate one, or generate a new API key.";
}
