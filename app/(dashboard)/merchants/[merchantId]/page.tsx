import { Abilities } from "@/components/merchants/abilities";
import { KeyStatus } from "@/components/merchants/key-standing";
import { MerchantFacts } from "@/components/merchants/merchant-facts";
import { Owners } from "@/components/merchants/owners";
import { abilitiesOf } from "@/lib/access/abilities";
import { may } from "@/lib/access/permissions";
import { isOwner, roleSentence } from "@/lib/access/roles";
import { readKeyStatus } from "@/lib/api-keys/reads/queries";
import { requireMember } from "@/lib/identity/session/guards";
import { titled } from "@/lib/identity/session/titled";
import { merchantOverview } from "@/lib/merchants/queries";

export const generateMetadata = titled("Overview", "merchant:read");

export default async function OverviewPage({ params }: { params: Promise<{ merchantId: string }> }) {
  const { userId, merchantId, role } = await requireMember((await params).merchantId, "merchant:read");
  const overview = await merchantOverview(merchantId, userId);
  return (
    <>
      <h1 className="t-title">Overview</h1>
      {may(role, "api-key:read") ? (
        <KeyStatus standing={await readKeyStatus(merchantId)} href={`/merchants/${merchantId}/api-keys`} />
      ) : (
        <p className="mt-1.5 text-ink-2">Only Owners see and manage API keys.</p>
      )}
      <MerchantFacts overview={overview} owner={isOwner(role)} />
      <div className="mt-6 grid items-start gap-6 md:grid-cols-[minmax(0,1fr)_356px]">
        <Abilities sentence={roleSentence(role)} abilities={abilitiesOf(role)} />
        <Owners owners={overview.owners} you={userId} />
      </div>
    </>
  );
}
