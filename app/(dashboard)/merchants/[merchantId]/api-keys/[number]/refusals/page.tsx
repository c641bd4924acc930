import { ArrowLeft } from "lucide-react";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { KeysDialogs } from "@/components/api-keys/list/keys-dialogs";
import { RefusalList } from "@/components/api-keys/refusals/refusal-list";
import { SecretSent } from "@/components/api-keys/secret-sent";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { Pills } from "@/components/ui/pills";
import { readKey } from "@/lib/api-keys/reads/key";
import { PERIODS, type Period, readPeriod } from "@/lib/api-keys/reads/periods";
import { readKeyStatus } from "@/lib/api-keys/reads/queries";
import { refusalsOf } from "@/lib/api-keys/reads/refusal-counts";
import {
  countRefusals,
  isInGroup,
  REFUSAL_GROUPS,
  type RefusalGroup,
  readRefusalGroup,
} from "@/lib/api-keys/reads/refusal-groups";
import { sentSecrets } from "@/lib/api-keys/reads/sent-secrets";
import { requireMember } from "@/lib/identity/session/guards";
import { triesWords } from "@/lib/words/rotation";
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
  const [period, group] = [readPeriod(wish.period), readRefusalGroup(wish.reason)];
  const [{ rows, more }, sent, now] = await Promise.all([
    refusalsOf(number, period),
    sentSecrets(merchantId, number),
    readKeyStatus(merchantId),
  ]);
  const here = `/merchants/${merchantId}/api-keys/${number}`;
  const { refused, tries } = countRefusals(rows);
  const shown = rows.filter(({ reason }) => isInGroup(group, reason));
  return (
    <KeysDialogs facts={dialogFacts(merchantId, now)}>
      <p className="mb-3 text-label">
        <Link href={here} className="inline-flex items-center gap-2">
          <Icon of={ArrowLeft} />
          Key {number}
        </Link>
      </p>
      <SecretSent keys={sent} />
      <h1 tabIndex={-1} className="type-title">
        Refused requests of key {number}
      </h1>
      <p className="mt-1.5 mb-5 text-muted-foreground">
        {refused === 0 ? "None" : refused.toLocaleString("en")} in the last {PERIODS[period].name}
        {tries > 0 && `, besides ${triesWords(tries)}`}
        {more && ", the latest kinds of them"}.
      </p>
      <div className="mb-4 flex flex-wrap justify-between gap-3">
        <Pills
          label="Reason"
          pills={(Object.keys(REFUSAL_GROUPS) as RefusalGroup[]).map((each) => ({
            name: REFUSAL_GROUPS[each].name,
            href: `${here}/refusals?period=${period}&reason=${each}`,
            current: each === group,
          }))}
        />
        <Pills
          label="Period"
          pills={(Object.keys(PERIODS) as Period[]).map((each) => ({
            name: PERIODS[each].name,
            href: `${here}/refusals?period=${each}&reason=${group}`,
            current: each === period,
          }))}
        />
      </div>
      {shown.length > 0 && <RefusalList rows={shown} more={more} of={key} />}
      {shown.length === 0 && rows.length > 0 && <p className="text-muted-foreground">None for this reason.</p>}
    </KeysDialogs>
  );
}
