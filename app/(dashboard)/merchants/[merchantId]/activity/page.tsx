import { ActivityFilters } from "@/components/activity/activity-filters";
import { ActivityLog } from "@/components/activity/activity-log";
import { activityHref, readActivityQuery } from "@/lib/audit/activity-href";
import { listActivity } from "@/lib/audit/queries";
import { headOf, requireMember } from "@/lib/identity/session/guards";
import { merchantPageTitle } from "@/lib/identity/session/page-title";

export const generateMetadata = merchantPageTitle("Activity", "activity:read");

type Props = { params: Promise<{ merchantId: string }>; searchParams: Promise<Record<string, unknown>> };

export default async function ActivityPage({ params, searchParams }: Props) {
  const { merchantId } = await requireMember((await params).merchantId, "activity:read");
  const wish = readActivityQuery(await searchParams);
  const [{ name }, page] = await Promise.all([headOf(merchantId), listActivity(merchantId, wish)]);
  const here = activityHref(`/merchants/${merchantId}/activity`);
  return (
    <>
      <h1 tabIndex={-1} className="type-title">
        Activity
      </h1>
      <p className="mt-1.5 mb-5 text-muted-foreground">
        Every change at {name}, every Support visit and operator action. Nothing here can be edited or removed.
      </p>
      <div className="mb-4">
        <ActivityFilters current={wish.group} href={here} />
      </div>
      <ActivityLog page={page} newest={here(wish.group)} older={(cursor) => here(wish.group, cursor)} />
    </>
  );
}
