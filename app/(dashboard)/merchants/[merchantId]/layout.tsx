import type { ReactNode } from "react";
import { MerchantHead } from "@/components/merchants/merchant-head";
import { MerchantSwitcher } from "@/components/merchants/merchant-switcher";
import { MerchantTabs } from "@/components/merchants/merchant-tabs";
import { MerchantName } from "@/components/merchants/mode-tag";
import { RefreshOnChange } from "@/components/merchants/refresh-on-change";
import { pageClass } from "@/components/shell/container";
import { DialogSubject } from "@/components/ui/dialog-subject";
import { may } from "@/lib/access/permissions";
import { isOwner, roleLabel } from "@/lib/access/roles";
import { headOf, ownMerchants, requireMember } from "@/lib/identity/session/guards";

type Props = { params: Promise<{ merchantId: string }>; children: ReactNode };

export default async function MerchantLayout({ params, children }: Props) {
  const { merchantId, role } = await requireMember((await params).merchantId, "merchant:read");
  const [{ version, ...head }, merchants] = await Promise.all([headOf(merchantId), ownMerchants()]);
  const choices = merchants.map((merchant) => ({ ...merchant, role: roleLabel(merchant.role) }));
  return (
    <>
      <MerchantHead
        {...head}
        ownRole={isOwner(role) ? "you are an Owner" : `your role is ${roleLabel(role)}`}
        switcher={choices.length > 1 && <MerchantSwitcher current={merchantId} merchants={choices} />}
        tabs={<MerchantTabs merchantId={merchantId} owner={may(role, "api-key:read")} />}
      />
      <RefreshOnChange path={`/api/merchants/${merchantId}/version`} version={version} />
      <main id="content" className={pageClass}>
        <DialogSubject value={<MerchantName name={head.name} mode={head.mode} />}>{children}</DialogSubject>
      </main>
    </>
  );
}
