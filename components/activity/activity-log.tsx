import { EventTable, EventTableColumn, EventTableDay, EventTableHead } from "@/components/ui/event-table";
import { Pager } from "@/components/ui/pager";
import { utc } from "@/components/ui/utc";
import type { ActivityEvent, ActivityPage } from "@/lib/audit/activity";
import { ActivityRow } from "./activity-row";
import { rangeOf } from "./range";

/**
 * `narrow`: the log shares the page's width with something else.
 * `heading`: the ID of the log's own heading, if it is not the page's title.
 */
type Props = { page: ActivityPage; newest: string; older(before: string): string; narrow?: boolean; heading?: string };

/** Events newest first, one row group per day: the date once, then a time per event. */
export function ActivityLog({ page, newest, older, narrow, heading }: Props) {
  const { events } = page;
  if (events.length === 0) return <Nothing first={page.newest} newest={newest} heading={heading} />;
  return (
    <div className="overflow-hidden rounded-card border border-border bg-surface">
      <EventTable caption="Events, newest first">
        <EventTableHead>
          <EventTableColumn className={narrow ? "sm:w-24" : "sm:w-28"}>UTC</EventTableColumn>
          <EventTableColumn>What</EventTableColumn>
          <EventTableColumn className={narrow ? "sm:w-58" : "sm:w-66"}>Who</EventTableColumn>
          <EventTableColumn className={narrow ? "sm:w-32" : "sm:w-45"}>From</EventTableColumn>
        </EventTableHead>
        {days(events).map(({ day, of }) => (
          <EventTableDay key={of[0]?.id} day={day} columns={4}>
            {of.map((event) => (
              <ActivityRow key={event.id} {...event} />
            ))}
          </EventTableDay>
        ))}
      </EventTable>
      <Pager
        heading={heading}
        newest={page.newest ? undefined : newest}
        older={page.older === null ? undefined : older(page.older)}
      >
        {rangeOf(events)}
      </Pager>
    </div>
  );
}

const Nothing = ({ first, newest, heading }: { first: boolean } & Pick<Props, "newest" | "heading">) => (
  <div className="rounded-card border border-border bg-surface">
    <p className="px-4 py-6 text-muted-foreground sm:px-5">
      {first ? "No events of this kind yet." : "No older events."}
    </p>
    {!first && (
      <Pager heading={heading} newest={newest}>
        End of the list
      </Pager>
    )}
  </div>
);

/** Groups consecutive events by day. A day that spans several pages is named on each of them. */
function days(events: ActivityEvent[]): { day: string; of: ActivityEvent[] }[] {
  const groups: { day: string; of: ActivityEvent[] }[] = [];
  for (const event of events) {
    const day = utc(event.at, "weekday");
    const last = groups.at(-1);
    if (last?.day === day) last.of.push(event);
    else groups.push({ day, of: [event] });
  }
  return groups;
}
