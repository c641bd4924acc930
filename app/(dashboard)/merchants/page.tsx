import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { MerchantList } from "@/components/merchants/merchant-list";
import { NoMerchant } from "@/components/merchants/no-merchant";
import { page } from "@/components/shell/wrap";
import { may } from "@/lib/access/permissions";
import { roleLabel } from "@/lib/access/roles";
import { isSupport } from "@/lib/access/staff";
import { standing } from "@/lib/api-keys/queries";
import { listMerchants } from "@/lib/merchants/queries";
import { requireUser } from "@/lib/session/guards";

export const metadata: Metadata = { title: "Merchants" };

export default async function MerchantsPage() {
  const { userId, staffRole } = await requireUser();
  const merchants = await listMerchants(userId);
  if (merchants.length === 0 && isSupport(staffRole)) redirect("/support");
  if (merchants.length === 1) redirect(`/merchants/${merchants[0]?.id}`);
  const rows = await Promise.all(
    merchants.map(async ({ role, ...merchant }) => ({
      ...merchant,
      role: roleLabel(role),
      stand: may(role, "api-key:read") ? await standing(merchant.id) : null,
    })),
  );
  return (
    <main id="content" className={page}>
      {rows.length ? <MerchantList merchants={rows} /> : <NoMerchant />}
    </main>
  );
}
