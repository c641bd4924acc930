import { z } from "zod";
import { ActiveStrip } from "@/components/api-keys/list/active-strip";
import { KeysDialogs } from "@/components/api-keys/list/keys-dialogs";
import { KeysTab } from "@/components/api-keys/list/keys-tab";
import { WatchTakeOver } from "@/components/api-keys/rotate/watch-take-over";
import { SecretSent } from "@/components/api-keys/secret-sent";
import { FirstRequest } from "@/components/first-request/first-request";
import { isStorable } from "@/lib/actions/input";
import { firstRequestOf } from "@/lib/api-keys/reads/first-request";
import { daySeries } from "@/lib/api-keys/reads/key-activity";
import { findKeys, listKeys, listRetiredKeys, readKeyStatus } from "@/lib/api-keys/reads/queries";
import { findRise } from "@/lib/api-keys/reads/refusal-rise";
import { sentSecrets } from "@/lib/api-keys/reads/sent-secrets";
import { headOf, requireMember } from "@/lib/identity/session/guards";
import { merchantPageTitle } from "@/lib/identity/session/page-title";
import { dashboardEnv } from "@/lib/platform/env";
import { dialogFacts } from "../dialog-facts";

export const generateMetadata = merchantPageTitle("API keys", "api-key:read");

type Props = {
  params: Promise<{ merchantId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

const number = z.coerce.number().int().positive().max(2_147_483_647).optional().catch(undefined);

export default async function ApiKeysPage({ params, searchParams }: Props) {
  const { merchantId } = await requireMember((await params).merchantId, "api-key:read");
  const { before, retired, q } = await searchParams;
  const words = typeof q === "string" && isStorable(q) ? q.trim().slice(0, 100) : "";
  const [page, found, retiredPage, now, sent, { version }] = await Promise.all([
    listKeys(merchantId, { before: number.parse(before) }),
    words ? findKeys(merchantId, words) : null,
    retired === undefined ? null : listRetiredKeys(merchantId, { before: number.parse(retired) }),
    readKeyStatus(merchantId),
    sentSecrets(merchantId),
    headOf(merchantId),
  ]);
  const series = now.active && (await daySeries(now.active.number));
  const versionPath = `/api/merchants/${merchantId}/version` as const;
  const first = firstRequestOf(page.keys, dashboardEnv().PUBLIC_GATEWAY_URL);
  return (
    <KeysDialogs facts={dialogFacts(merchantId, now)}>
      <SecretSent keys={sent} />
      <KeysTab
        path={`/merchants/${merchantId}/api-keys`}
        integration={`/merchants/${merchantId}/integration`}
        status={now}
        page={found ?? page}
        search={{ words, found: found?.keys.length ?? null }}
        retired={retiredPage}
        counts={now.counts}
        alarmed={sent.length > 0}
      >
        {now.rotation.standby && <WatchTakeOver path={versionPath} version={version} />}
        {first && <FirstRequest of={first} path={versionPath} version={version} />}
        {now.active && series && (
          <ActiveStrip number={now.active.number} series={series} rise={findRise(series.bars)} />
        )}
      </KeysTab>
    </KeysDialogs>
  );
}
