import { notFound } from "next/navigation";
import { oneLook, titledLook } from "@/app/support/one-look";
import { RefusedRequests } from "@/components/api-keys/refusals/refused-requests";
import { MerchantDesk } from "@/components/support/merchant-desk";
import { readPeriod } from "@/lib/api-keys/reads/periods";
import { readRefusalGroup } from "@/lib/api-keys/reads/refusal-groups";
import { lookAtRefusals } from "@/lib/support/looks";

type Props = {
  params: Promise<{ merchantId: string; number: string }>;
  searchParams: Promise<Record<string, unknown>>;
};

const look = oneLook(async ({ params, searchParams }, staff) => {
  const { merchantId, number = "" } = await params;
  return lookAtRefusals(staff, merchantId, number, readPeriod((await searchParams).period));
});

export const generateMetadata = titledLook(
  (value) => (value ? `Refused requests of key ${value.key.number}` : "API keys"),
  look,
);

/** The Owners' page of all refusals, without anything to allow. */
export default async function SupportRefusalsPage(props: Props) {
  const looked = await look(props);
  if (!looked?.value) notFound();
  const { key, refusals, sent } = looked.value;
  const wanted = await props.searchParams;
  return (
    <MerchantDesk merchant={looked.merchant} part="keys">
      <RefusedRequests
        heading="h2"
        of={key}
        refusals={refusals}
        sent={sent}
        keyPage={`/support/merchants/${looked.merchant.id}/api-keys/${key.number}`}
        period={readPeriod(wanted.period)}
        group={readRefusalGroup(wanted.reason)}
        reader="support"
      />
    </MerchantDesk>
  );
}
