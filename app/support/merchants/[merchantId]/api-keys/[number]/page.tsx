import { notFound } from "next/navigation";
import { oneLook, titledLook } from "@/app/support/one-look";
import { Addresses } from "@/components/api-keys/key-page/addresses";
import { KeyHead } from "@/components/api-keys/key-page/head";
import { History } from "@/components/api-keys/key-page/history";
import { Receipt } from "@/components/api-keys/key-page/receipt";
import { Refusals, SecretAccepted } from "@/components/api-keys/key-page/refusals";
import { Requests } from "@/components/api-keys/key-page/requests";
import { SecretSent } from "@/components/api-keys/secret-sent";
import { KeyFacts } from "@/components/support/key-facts";
import { MerchantDesk } from "@/components/support/merchant-desk";
import { readPeriod } from "@/lib/api-keys/reads/periods";
import { lookAtKey } from "@/lib/support/looks";

type Props = {
  params: Promise<{ merchantId: string; number: string }>;
  searchParams: Promise<Record<string, unknown>>;
};

const look = oneLook(async ({ params, searchParams }, staff) => {
  const { merchantId, number = "" } = await params;
  return lookAtKey(staff, merchantId, number, readPeriod((await searchParams).period));
});

export const generateMetadata = titledLook((value) => (value ? `Key ${value.key.number}` : "API keys"), look);

/** The key page of its Owners, without anything that they can do there. */
export default async function SupportKeyPage(props: Props) {
  const looked = await look(props);
  if (!looked?.value) notFound();
  const { key, activity, sent } = looked.value;
  const desk = `/support/merchants/${looked.merchant.id}`;
  const wanted = await props.searchParams;
  const [here, period] = [`${desk}/api-keys/${key.number}`, readPeriod(wanted.period)];
  return (
    <MerchantDesk merchant={looked.merchant} part="keys">
      <SecretSent readOnly keys={sent} />
      <KeyHead heading="h2" state={key} of={null} alarmed={sent.length > 0} used={activity.usage.used} />
      {activity.receipt && <Receipt of={key} receipt={activity.receipt} />}
      <div className="grid min-w-0 gap-6">
        <KeyFacts of={key} />
        <Requests state={key} activity={activity} here={here} period={period} integration={null} />
        <SecretAccepted rows={activity.secretAccepted} state={key.state} reader="support" />
        <Refusals rows={activity.refusals} state={key.state} of={null} here={here} reader="support" />
        <Addresses
          sources={activity.sources}
          allowedIps={key.allowedIps}
          all={wanted.addresses === "all" ? null : `${here}?period=${period}&addresses=all`}
        />
        {activity.timeline && <History timeline={activity.timeline} activity={`${desk}/activity?show=keys`} />}
      </div>
    </MerchantDesk>
  );
}
