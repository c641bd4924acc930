import type { DialogFacts } from "@/components/forms/dialog-host";
import type { KeysStatus } from "@/lib/api-keys/reads/queries";
import { dashboardEnv } from "@/lib/platform/env";

/** What the dialogs of a page need to know about the merchant. */
export function dialogFacts(
  merchantId: string,
  { active, deactivating, waitingGenerated, rotation: { standby } }: KeysStatus,
): DialogFacts {
  const { SUPPORT_CONTACT, ALLOW_PRIVATE_IPS } = dashboardEnv();
  return {
    merchantId,
    support: SUPPORT_CONTACT,
    allowPrivateIps: ALLOW_PRIVATE_IPS,
    activeNumber: active?.number ?? null,
    deactivatingNumber: deactivating?.number ?? null,
    standby: standby && { id: standby.id, number: standby.number },
    waitingNumber: active || deactivating || standby ? null : (waitingGenerated?.number ?? null),
  };
}
