import { notFound } from "next/navigation";
import { z } from "zod";
import { KeyList } from "@/components/support/key-list";
import { MerchantDesk } from "@/components/support/merchant-desk";
import { requireStaff } from "@/lib/session/guards";
import { lookAtKeys } from "@/lib/support/looks";

type Props = { params: Promise<{ merchantId: string }>; searchParams: Promise<Record<string, unknown>> };

const number = z.coerce.number().int().positive().max(2_147_483_647).nullable().catch(null);

export default async function SupportKeysPage({ params, searchParams }: Props) {
  const staff = await requireStaff();
  const before = number.parse((await searchParams).before);
  const looked = await lookAtKeys(staff, (await params).merchantId, before);
  if (!looked) notFound();
  return (
    <MerchantDesk merchant={looked.merchant} part="keys">
      <KeyList merchant={looked.merchant} page={looked.value} />
    </MerchantDesk>
  );
}
