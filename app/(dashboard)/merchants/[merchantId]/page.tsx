import { Refusals } from "@/components/api-keys/key-page/refusals";
import { KeysDialogs } from "@/components/api-keys/list/keys-dialogs";
import { SecretSent } from "@/components/api-keys/secret-sent";
import { Abilities } from "@/components/merchants/abilities";
import { Health } from "@/components/merchants/health";
import { Hints } from "@/components/merchants/hints";
import { KeyStatus } from "@/components/merchants/key-status";
import { MerchantFacts } from "@/components/merchants/merchant-facts";
import { Owners } from "@/components/merchants/owners";
import { abilitiesOf } from "@/lib/access/abilities";
import { may } from "@/lib/access/permissions";
import { isOwner, roleDescription } from "@/lib/access/roles";
import { readKeyStatus } from "@/lib/api-keys/reads/queries";
import { sentSecrets } from "@/lib/api-keys/reads/sent-secrets";
import { requireMember } from "@/lib/identity/session/guards";
import { merchantPageTitle } from "@/lib/identity/session/page-title";
import { activeHealth, withoutPasskey } from "@/lib/merchants/health";
import { hintsOf } from "@/lib/merchants/hints";
import { merchantOverview } from "@/lib/merchants/queries";
import { dialogFacts } from "./dialog-facts";

export const generateMetadata = merchantPageTitle("Overview", "merchant:read");

export default async function OverviewPage({ params }: { params: Promise<{ merchantId: string }> }) {
  const { userId, merchantId, role } = await requireMember((await params).merchantId, "merchant:read");
  const owner = isOwner(role);
  const [overview, active, without] = await Promise.all([
    merchantOverview(merchantId, userId),
    activeHealth(merchantId),
    owner ? withoutPasskey(merchantId) : [],
  ]);
  const keyHref = `/merchants/${merchantId}/api-keys/${active?.number}`;
  return (
    <>
      {may(role, "api-key:read") && <SentSecrets merchantId={merchantId} />}
      <h1 tabIndex={-1} className="type-title">
        Overview
      </h1>
      {may(role, "api-key:read") ? (
        <KeyStatus status={await readKeyStatus(merchantId)} href={`/merchants/${merchantId}/api-keys`} />
      ) : (
        <p className="mt-1.5 text-muted-foreground">Only Owners see and manage API keys.</p>
      )}
      <Health
        active={active}
        keyHref={keyHref}
        owner={owner}
        people={overview.people}
        withoutPasskey={without.length}
      />
      <div className="mt-6 grid items-start gap-6 md:grid-cols-[minmax(0,1fr)_356px]">
        <div className="grid min-w-0 gap-6">
          {owner && <Hints hints={hintsOf(active, without)} merchantId={merchantId} number={active?.number ?? null} />}
          {!owner && active && <Refusals rows={active.refusals} state="active" of={null} here={null} reader="member" />}
          <Abilities sentence={roleDescription(role)} abilities={abilitiesOf(role)} />
        </div>
        <div className="grid min-w-0 gap-6">
          <Owners owners={overview.owners} you={userId} />
          <MerchantFacts overview={overview} owner={owner} />
        </div>
      </div>
    </>
  );
}

/** Warns of secret keys that were sent with a request. Shown above everything else on the page. */
async function SentSecrets({ merchantId }: { merchantId: string }) {
  const sent = await sentSecrets(merchantId);
  if (sent.length === 0) return null;
  return (
    <KeysDialogs facts={dialogFacts(merchantId, await readKeyStatus(merchantId))}>
      <SecretSent keys={sent} />
    </KeysDialogs>
  );
}
