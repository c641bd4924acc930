import type { ReactNode } from "react";
import { MerchantHead } from "@/components/merchants/merchant-head";
import { MerchantSwitcher } from "@/components/merchants/merchant-switcher";
import { MerchantTabs } from "@/components/merchants/merchant-tabs";
import { page } from "@/components/shell/wrap";
import { may } from "@/lib/access/permissions";
import { isOwner, roleLabel } from "@/lib/access/roles";
import { listMerchants, merchantHead } from "@/lib/merchants/queries";
import { requireMember } from "@/lib/session/guards";

type Props = { params: Promise<{ merchantId: string }>; children: ReactNode };

export default async function MerchantLayout({ params, children }: Props) {
  const { userId, merchantId, role } = await requireMember((await params).merchantId, "merchant:read");
  const [{ name, number }, merchants] = await Promise.all([merchantHead(merchantId), listMerchants(userId)]);
  const choices = merchants.map((merchant) => ({ ...merchant, role: roleLabel(merchant.role) }));
  return (
    <>
      <MerchantHead
        name={name}
        number={number}
        standing={isOwner(role) ? "you are an Owner" : `your role is ${roleLabel(role)}`}
        switcher={choices.length > 1 && <MerchantSwitcher current={merchantId} merchants={choices} />}
        tabs={<MerchantTabs merchantId={merchantId} owner={may(role, "api-key:read")} />}
      />
      <main id="content" className={page}>
        {children}
      </main>
    </>
  );
}
