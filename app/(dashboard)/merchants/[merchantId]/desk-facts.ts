import type { DeskFacts } from "@/components/api-keys/desk";
import type { Standing } from "@/lib/api-keys/queries";
import { dashboardEnv } from "@/lib/env";

/** What the dialogs of a page need to know about the merchant. */
export function deskFacts(merchantId: string, { active, deactivating, waitingGenerated }: Standing): DeskFacts {
  const { SUPPORT_CONTACT, ALLOW_PRIVATE_IPS } = dashboardEnv();
  return {
    merchantId,
    support: SUPPORT_CONTACT,
    allowPrivateIps: ALLOW_PRIVATE_IPS,
    activeNumber: active?.number ?? null,
    deactivatingNumber: deactivating?.number ?? null,
    waitingNumber: active || deactivating ? null : (waitingGenerated?.number ?? null),
  };
}
