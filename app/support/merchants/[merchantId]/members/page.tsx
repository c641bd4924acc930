import { notFound } from "next/navigation";
import { z } from "zod";
import { MemberLedger } from "@/components/support/member-ledger";
import { MerchantDesk } from "@/components/support/merchant-desk";
import { requireStaff } from "@/lib/session/guards";
import { lookAtMembers } from "@/lib/support/looks";

type Props = { params: Promise<{ merchantId: string }>; searchParams: Promise<Record<string, unknown>> };

const user = z.guid().nullable().catch(null);

export default async function SupportMembersPage({ params, searchParams }: Props) {
  const staff = await requireStaff();
  const after = user.parse((await searchParams).after);
  const looked = await lookAtMembers(staff, (await params).merchantId, after);
  if (!looked) notFound();
  return (
    <MerchantDesk merchant={looked.merchant} part="members">
      <MemberLedger merchant={looked.merchant} page={looked.value} />
    </MerchantDesk>
  );
}
