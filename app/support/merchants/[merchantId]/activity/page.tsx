import { notFound } from "next/navigation";
import { ActivityFilters } from "@/components/activity/activity-filters";
import { ActivityLog } from "@/components/activity/activity-log";
import { MerchantDesk } from "@/components/support/merchant-desk";
import { activityHref, readActivityWish } from "@/lib/audit/activity-href";
import { requireStaff } from "@/lib/session/guards";
import { lookAtActivity } from "@/lib/support/looks";

type Props = { params: Promise<{ merchantId: string }>; searchParams: Promise<Record<string, unknown>> };

export default async function SupportActivityPage({ params, searchParams }: Props) {
  const staff = await requireStaff();
  const wish = readActivityWish(await searchParams);
  const looked = await lookAtActivity(staff, (await params).merchantId, wish);
  if (!looked) notFound();
  const here = activityHref(`/support/merchants/${looked.merchant.id}/activity`);
  return (
    <MerchantDesk merchant={looked.merchant} part="activity">
      <div className="mb-4">
        <ActivityFilters current={wish.group} href={here} />
      </div>
      <ActivityLog narrow page={looked.value} newest={here(wish.group)} older={(cursor) => here(wish.group, cursor)} />
    </MerchantDesk>
  );
}
