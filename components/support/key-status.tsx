import { StatusBadge } from "@/components/ui/status-badge";
import { summaryKey } from "@/lib/api-keys/summary-key";
import type { SupportMerchant } from "@/lib/support/merchant";
import { addressesWords } from "@/lib/words/addresses";

/** The state of a merchant's keys, in one line. */
export function KeyStatus({
  merchant: { active, deactivating, waiting, standby, any },
}: {
  merchant: SupportMerchant;
}) {
  if (active) {
    return (
      <StatusBadge state="active">
        <b>Key {active.number} is active.</b> Signed requests are accepted from {addressesWords(active.allowedIps)}.
        {standby && ` Key ${standby} is on standby.`}
        {!active.received && " The browser did not confirm that the secret key was shown."}
      </StatusBadge>
    );
  }
  if (deactivating) {
    return (
      <StatusBadge state="deactivating">
        <b>Key {deactivating} is being deactivated.</b> The key may still work.
      </StatusBadge>
    );
  }
  const { state } = summaryKey({ active: null, deactivating, standby, waiting, any });
  return (
    <StatusBadge state={state === "none" ? "inactive" : state}>
      <b>{any ? "No key is active," : "There is no API key yet,"}</b> so signed requests are refused.
      {standby ? ` Key ${standby} is on standby.` : waiting && ` Key ${waiting} is ready to activate.`}
    </StatusBadge>
  );
}
