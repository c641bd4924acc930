import { ArrowLeft } from "lucide-react";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { KeysDesk } from "@/components/api-keys/keys-desk";
import { SecretSent } from "@/components/api-keys/secret-sent";
import { RefusalLedger } from "@/components/refusals/refusal-ledger";
import { Link } from "@/components/ui/link";
import { Pills } from "@/components/ui/pills";
import { standing } from "@/lib/api-keys/queries";
import { numberOfKey, PERIODS, type Period, refusalsOf } from "@/lib/api-keys/refusals";
import { sentSecrets } from "@/lib/api-keys/sent-secrets";
import { requireMember } from "@/lib/session/guards";
import { deskFacts } from "../../../desk-facts";

export const metadata: Metadata = { title: "Refused requests" };

type Props = { params: Promise<{ merchantId: string; number: string }>; searchParams: Promise<{ period?: unknown }> };

const NAMES: Record<Period, string> = { day: "24 hours", week: "7 days", month: "30 days" };

export default async function RefusalsPage({ params, searchParams }: Props) {
  const asked = await params;
  const { merchantId } = await requireMember(asked.merchantId, "api-key:read");
  const number = (await numberOfKey(merchantId, asked.number)) ?? notFound();
  const { period: wanted } = await searchParams;
  const period: Period = typeof wanted === "string" && Object.hasOwn(PERIODS, wanted) ? (wanted as Period) : "day";
  const [{ rows, more }, sent, now] = await Promise.all([
    refusalsOf(number, period),
    sentSecrets(merchantId, number),
    standing(merchantId),
  ]);
  const keys = `/merchants/${merchantId}/api-keys`;
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  return (
    <KeysDesk facts={deskFacts(merchantId, now)}>
      <p className="mb-3 text-label">
        <Link href={keys} className="inline-flex items-center gap-2">
          <ArrowLeft aria-hidden size={16} strokeWidth={1.75} />
          API keys
        </Link>
      </p>
      <SecretSent keys={sent} />
      <h1 className="t-title">Refused requests of key {number}</h1>
      <p className="mt-1.5 mb-5 text-ink-2">
        {total === 0
          ? `None in the last ${NAMES[period]}.`
          : `${total.toLocaleString("en")} in the last ${NAMES[period]}${more ? ", the latest kinds of them" : ""}.`}
      </p>
      <div className="mb-4">
        <Pills
          label="Period"
          pills={(Object.keys(NAMES) as Period[]).map((each) => ({
            name: NAMES[each],
            href: `${keys}/${number}/refusals?period=${each}`,
            current: each === period,
          }))}
        />
      </div>
      {rows.length > 0 && <RefusalLedger rows={rows} more={more} />}
    </KeysDesk>
  );
}
