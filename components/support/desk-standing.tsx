import { Standing } from "@/components/ui/standing";
import type { SupportMerchant } from "@/lib/support/merchant";

/** What is true of a merchant's keys now, in one line. */
export function DeskStanding({ merchant: { active, deactivating, waiting, any } }: { merchant: SupportMerchant }) {
  if (active) {
    return (
      <Standing state="active">
        <b>Key {active.number} is active.</b> Signed requests are accepted from {places(active.addresses)}.
        {!active.received && " No browser has confirmed that it showed the secret key."}
      </Standing>
    );
  }
  if (deactivating) {
    return (
      <Standing state="deactivating">
        <b>Key {deactivating} is being deactivated.</b> It may still be accepted.
      </Standing>
    );
  }
  return (
    <Standing state={waiting ? "generated" : "inactive"}>
      <b>{any ? "No key is active," : "There is no API key yet,"}</b> so no signed request is accepted.
      {waiting && ` Key ${waiting} waits to be activated.`}
    </Standing>
  );
}

function places(addresses: number): string {
  if (addresses === 0) return "any address";
  return addresses === 1 ? "1 address" : `${addresses} addresses`;
}
