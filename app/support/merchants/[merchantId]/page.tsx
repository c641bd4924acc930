import { notFound } from "next/navigation";
import { z } from "zod";
import { oneLook, titledLook } from "@/app/support/one-look";
import { KeyList } from "@/components/support/key-list";
import { MerchantDesk } from "@/components/support/merchant-desk";
import { lookAtKeys } from "@/lib/support/looks";

type Props = { params: Promise<{ merchantId: string }>; searchParams: Promise<Record<string, unknown>> };

const number = z.coerce.number().int().positive().max(2_147_483_647).nullable().catch(null);

const look = oneLook(async ({ params, searchParams }: Props, staff) =>
  lookAtKeys(staff, (await params).merchantId, number.parse((await searchParams).before)),
);

export const generateMetadata = titledLook("API keys", look);

export default async function SupportKeysPage(props: Props) {
  const looked = await look(props);
  if (!looked) notFound();
  return (
    <MerchantDesk merchant={looked.merchant} part="keys">
      <KeyList merchant={looked.merchant} page={looked.value} />
    </MerchantDesk>
  );
}
