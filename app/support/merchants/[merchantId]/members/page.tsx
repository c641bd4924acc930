import { notFound } from "next/navigation";
import { z } from "zod";
import { oneLook, titledLook } from "@/app/support/one-look";
import { MemberTable } from "@/components/support/member-table";
import { MerchantDesk } from "@/components/support/merchant-desk";
import { lookAtMembers } from "@/lib/support/looks";

type Props = { params: Promise<{ merchantId: string }>; searchParams: Promise<Record<string, unknown>> };

const user = z.guid().nullable().catch(null);

const look = oneLook(async ({ params, searchParams }: Props, staff) =>
  lookAtMembers(staff, (await params).merchantId, user.parse((await searchParams).after)),
);

export const generateMetadata = titledLook("Members", look);

export default async function SupportMembersPage(props: Props) {
  const looked = await look(props);
  if (!looked) notFound();
  return (
    <MerchantDesk merchant={looked.merchant} part="members">
      <MemberTable merchant={looked.merchant} page={looked.value} />
    </MerchantDesk>
  );
}
