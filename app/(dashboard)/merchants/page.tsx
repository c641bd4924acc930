import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Invitations } from "@/components/merchants/invitations";
import { MerchantList } from "@/components/merchants/merchant-list";
import { NoMerchant } from "@/components/merchants/no-merchant";
import { RefreshOnChange } from "@/components/merchants/refresh-on-change";
import { pageClass } from "@/components/shell/container";
import { may } from "@/lib/access/permissions";
import { roleLabel } from "@/lib/access/roles";
import { isSupport } from "@/lib/access/staff";
import { readKeyStatus } from "@/lib/api-keys/reads/queries";
import { ownMerchants, requireUser } from "@/lib/identity/session/guards";
import { merchantListVersion } from "@/lib/merchants/queries";
import { invitationsOf } from "@/lib/merchants/team/queries";

export const metadata: Metadata = { title: "Merchants" };

export default async function MerchantsPage() {
  const { userId, staffRole } = await requireUser();
  const [merchants, invitations, version] = await Promise.all([
    ownMerchants(),
    invitationsOf(userId),
    merchantListVersion(userId),
  ]);
  const invited = invitations.length > 0;
  if (merchants.length === 0 && !invited && isSupport(staffRole)) redirect("/support");
  if (merchants.length === 1 && !invited) redirect(`/merchants/${merchants[0]?.id}`);
  const rows = await Promise.all(
    merchants.map(async ({ role, ...merchant }) => ({
      ...merchant,
      role: roleLabel(role),
      status: may(role, "api-key:read") ? await readKeyStatus(merchant.id) : null,
    })),
  );
  return (
    <main id="content" className={pageClass}>
      <RefreshOnChange path="/api/merchants/version" version={version} />
      {invited && <Invitations invitations={invitations} />}
      {rows.length ? <MerchantList merchants={rows} /> : <NoMerchant />}
    </main>
  );
}
