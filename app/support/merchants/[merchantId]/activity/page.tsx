import { notFound } from "next/navigation";
import { oneLook, titledLook } from "@/app/support/one-look";
import { ActivityFilters } from "@/components/activity/activity-filters";
import { ActivityLog } from "@/components/activity/activity-log";
import { MerchantDesk } from "@/components/support/merchant-desk";
import { activityHref, readActivityQuery } from "@/lib/audit/activity-href";
import { lookAtActivity } from "@/lib/support/looks";

type Props = { params: Promise<{ merchantId: string }>; searchParams: Promise<Record<string, unknown>> };

const look = oneLook(async ({ params, searchParams }: Props, staff) =>
  lookAtActivity(staff, (await params).merchantId, readActivityQuery(await searchParams)),
);

export const generateMetadata = titledLook("Activity", look);

export default async function SupportActivityPage(props: Props) {
  const wish = readActivityQuery(await props.searchParams);
  const looked = await look(props);
  if (!looked) notFound();
  const here = activityHref(`/support/merchants/${looked.merchant.id}/activity`);
  return (
    <MerchantDesk merchant={looked.merchant} part="activity">
      <div className="mb-4">
        <ActivityFilters current={wish.group} href={here} />
      </div>
      <ActivityLog
        narrow
        heading="merchant"
        page={looked.value}
        newest={here(wish.group)}
        older={(cursor) => here(wish.group, cursor)}
      />
    </MerchantDesk>
  );
}
