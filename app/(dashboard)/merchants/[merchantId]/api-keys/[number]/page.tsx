import { ArrowLeft } from "lucide-react";
import { notFound } from "next/navigation";
import { Addresses } from "@/components/api-keys/key-page/addresses";
import { KeyFacts } from "@/components/api-keys/key-page/facts";
import { KeyHead } from "@/components/api-keys/key-page/head";
import { History } from "@/components/api-keys/key-page/history";
import { Receipt } from "@/components/api-keys/key-page/receipt";
import { Refusals, SecretAccepted } from "@/components/api-keys/key-page/refusals";
import { Requests } from "@/components/api-keys/key-page/requests";
import { KeysDialogs } from "@/components/api-keys/list/keys-dialogs";
import { WatchTakeOver } from "@/components/api-keys/rotate/watch-take-over";
import { SecretSent } from "@/components/api-keys/secret-sent";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { may } from "@/lib/access/permissions";
import { readKey, readKeyState } from "@/lib/api-keys/reads/key";
import { keyActivity } from "@/lib/api-keys/reads/key-activity";
import { readPeriod } from "@/lib/api-keys/reads/periods";
import { readKeyStatus } from "@/lib/api-keys/reads/queries";
import { sentSecrets } from "@/lib/api-keys/reads/sent-secrets";
import { headOf, requireMember } from "@/lib/identity/session/guards";
import { dialogFacts } from "../../dialog-facts";

type Props = {
  params: Promise<{ merchantId: string; number: string }>;
  searchParams: Promise<{ period?: unknown; addresses?: unknown }>;
};

export async function generateMetadata({ params }: Props) {
  const { merchantId, number } = await params;
  const member = await requireMember(merchantId, "merchant:read");
  const [key, { name, mode }] = await Promise.all([readKeyState(member.merchantId, number), headOf(member.merchantId)]);
  if (!key) notFound();
  return { title: `Key ${key.number} · ${name}${mode === "test" ? " (Test)" : ""}` };
}

/**
 * For every member: what happens to the key. For its Owners also what it is, who changed it, and
 * what can be done with it.
 */
export default async function KeyPage({ params, searchParams }: Props) {
  const asked = await params;
  const { merchantId, role } = await requireMember(asked.merchantId, "merchant:read");
  const owner = may(role, "api-key:read");
  const reader = owner ? "owner" : "member";
  const key = owner ? await readKey(merchantId, asked.number) : null;
  const state = key ?? (await readKeyState(merchantId, asked.number)) ?? notFound();
  const wanted = await searchParams;
  const period = readPeriod(wanted.period);
  const here = `/merchants/${merchantId}/api-keys/${state.number}`;
  const [activity, sent, now, { version }] = await Promise.all([
    keyActivity(state, period, { history: owner }),
    owner ? sentSecrets(merchantId, state.number) : [],
    readKeyStatus(merchantId),
    headOf(merchantId),
  ]);
  return (
    <KeysDialogs facts={dialogFacts(merchantId, now)}>
      <p className="mb-3 text-label">
        <Link
          href={owner ? `/merchants/${merchantId}/api-keys` : `/merchants/${merchantId}`}
          className="inline-flex items-center gap-2"
        >
          <Icon of={ArrowLeft} />
          {owner ? "API keys" : "Overview"}
        </Link>
      </p>
      {now.rotation.standby && <WatchTakeOver path={`/api/merchants/${merchantId}/version`} version={version} />}
      <SecretSent keys={sent} />
      <KeyHead state={state} of={key} alarmed={sent.length > 0} used={activity.usage.used} />
      {key && activity.receipt && <Receipt of={key} receipt={activity.receipt} />}
      <div className="grid items-start gap-6 md:grid-rows-[auto_1fr] md:grid-cols-[minmax(0,1fr)_348px]">
        {key && <KeyFacts of={key} />}
        <div className="grid min-w-0 gap-6 md:col-start-1 md:row-span-2 md:row-start-1">
          <Requests {...{ state, activity, here, period }} integration={`/merchants/${merchantId}/integration`} />
          <SecretAccepted rows={activity.secretAccepted} state={state.state} reader={reader} />
          <Refusals rows={activity.refusals} state={state.state} of={key} here={owner ? here : null} reader={reader} />
          <Addresses
            sources={activity.sources}
            allowedIps={key?.allowedIps ?? null}
            all={wanted.addresses === "all" ? null : `${here}?period=${period}&addresses=all`}
          />
        </div>
        {activity.timeline && (
          <History
            className="md:col-start-2"
            timeline={activity.timeline}
            activity={`/merchants/${merchantId}/activity?show=keys`}
          />
        )}
      </div>
    </KeysDialogs>
  );
}
