import { z } from "zod";
import { KeysDialogs } from "@/components/api-keys/list/keys-desk";
import { KeysTab } from "@/components/api-keys/list/keys-tab";
import { listKeys, listRetiredKeys, readKeyStatus } from "@/lib/api-keys/reads/queries";
import { requireMember } from "@/lib/identity/session/guards";
import { titled } from "@/lib/identity/session/titled";
import { dashboardEnv } from "@/lib/platform/env";

export const generateMetadata = titled("API keys", "api-key:read");

type Props = { params: Promise<{ merchantId: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> };

const number = z.coerce.number().int().positive().max(2_147_483_647).optional().catch(undefined);

export default async function ApiKeysPage({ params, searchParams }: Props) {
  const { merchantId } = await requireMember((await params).merchantId, "api-key:read");
  const { before, retired } = await searchParams;
  const [page, retiredPage, now] = await Promise.all([
    listKeys(merchantId, { before: number.parse(before) }),
    retired === undefined ? null : listRetiredKeys(merchantId, { before: number.parse(retired) }),
    readKeyStatus(merchantId),
  ]);
  const { SUPPORT_CONTACT, ALLOW_PRIVATE_IPS } = dashboardEnv();
  const facts = {
    merchantId,
    support: SUPPORT_CONTACT,
    allowPrivateIps: ALLOW_PRIVATE_IPS,
    activeNumber: now.active?.number ?? null,
    deactivatingNumber: now.deactivating?.number ?? null,
    standby: now.rotation.standby && { id: now.rotation.standby.id, number: now.rotation.standby.number },
    waitingNumber: now.active || now.deactivating || now.rotation.standby ? null : (now.waitingGenerated?.number ?? null),
  };
  return (
    <KeysDialogs facts={facts}>
      <KeysTab
        path={`/merchants/${merchantId}/api-keys`}
        integration={`/merchants/${merchantId}/integration`}
        standing={now}
        page={page}
        retired={retiredPage}
        counts={now.counts}
      />
    </KeysDialogs>
  );
}
