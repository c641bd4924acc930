import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { KeysDialogs } from "@/components/api-keys/list/keys-dialogs";
import { RefusedRequests } from "@/components/api-keys/refusals/refused-requests";
import { readKey } from "@/lib/api-keys/reads/key";
import { readPeriod } from "@/lib/api-keys/reads/periods";
import { readKeyStatus } from "@/lib/api-keys/reads/queries";
import { refusalsOf } from "@/lib/api-keys/reads/refusal-counts";
import { readRefusalGroup } from "@/lib/api-keys/reads/refusal-groups";
import { sentSecrets } from "@/lib/api-keys/reads/sent-secrets";
import { requireMember } from "@/lib/identity/session/guards";
import { dialogFacts } from "../../../dialog-facts";

export const metadata: Metadata = { title: "Refused requests" };

type Props = {
  params: Promise<{ merchantId: string; number: string }>;
  searchParams: Promise<{ period?: unknown; reason?: unknown }>;
};

export default async function RefusalsPage({ params, searchParams }: Props) {
  const asked = await params;
  const { merchantId } = await requireMember(asked.merchantId, "api-key:read");
  const key = (await readKey(merchantId, asked.number)) ?? notFound();
  const { number } = key;
  const wish = await searchParams;
  const period = readPeriod(wish.period);
  const [refusals, sent, now] = await Promise.all([
    refusalsOf(number, period),
    sentSecrets(merchantId, number),
    readKeyStatus(merchantId),
  ]);
  return (
    <KeysDialogs facts={dialogFacts(merchantId, now)}>
      <RefusedRequests
        of={key}
        refusals={refusals}
        sent={sent}
        keyPage={`/merchants/${merchantId}/api-keys/${number}`}
        period={period}
        group={readRefusalGroup(wish.reason)}
        reader="owner"
      />
    </KeysDialogs>
  );
}
