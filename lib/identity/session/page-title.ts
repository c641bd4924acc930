import type { Metadata } from "next";
import type { Permission } from "../../access/permissions";
import type { MerchantId } from "../../platform/ids";
import { headOf, requireMember } from "./guards";

type Props = { params: Promise<{ merchantId: MerchantId }> };

/** "API keys · Nordwind Trading": a merchant page's title, for members who may see the page. */
export const merchantPageTitle =
  (page: string, permission: Permission) =>
  async ({ params }: Props): Promise<Metadata> => {
    const { merchantId } = await requireMember((await params).merchantId, permission);
    const { name, mode } = await headOf(merchantId);
    return { title: mode === "test" ? `${page} · ${name} (Test)` : `${page} · ${name}` };
  };
