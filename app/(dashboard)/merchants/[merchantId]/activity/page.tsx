import type { Metadata } from "next";
import { ActivityFilters } from "@/components/activity/activity-filters";
import { ActivityLog } from "@/components/activity/activity-log";
import { readCursor } from "@/lib/audit/activity";
import { listActivity } from "@/lib/audit/queries";
import type { Group } from "@/lib/audit/say";
import { readGroup } from "@/lib/audit/words";
import { merchantHead } from "@/lib/merchants/queries";
import { requireMember } from "@/lib/session/guards";

export const metadata: Metadata = { title: "Activity" };

type Props = { params: Promise<{ merchantId: string }>; searchParams: Promise<Record<"show" | "before", unknown>> };

export default async function ActivityPage({ params, searchParams }: Props) {
  const { merchantId } = await requireMember((await params).merchantId, "activity:read");
  const { show, before } = await searchParams;
  const group = readGroup(show);
  const [{ name }, page] = await Promise.all([merchantHead(merchantId), listActivity(merchantId, { group, before: readCursor(before) })]);
  const here = (wanted: Group | null, cursor?: string) =>
    `/merchants/${merchantId}/activity?${new URLSearchParams({ ...(wanted && { show: wanted }), ...(cursor && { before: cursor }) })}`;
  return (
    <>
      <h1 className="t-title">Activity</h1>
      <p className="mt-1.5 mb-5 text-ink-2">
        Every change at {name}, every look by Support and every act of an operator. Nothing here can be edited or removed.
      </p>
      <div className="mb-4">
        <ActivityFilters current={group} href={here} />
      </div>
      <ActivityLog page={page} newest={here(group)} older={(cursor) => here(group, cursor)} />
    </>
  );
}
