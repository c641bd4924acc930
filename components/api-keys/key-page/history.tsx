import { EventIcon } from "@/components/activity/event-icon";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import type { Part } from "@/lib/audit/describe";
import type { KeyEvent, Timeline } from "@/lib/audit/key-timeline";
import { withoutKeyNumber } from "./chart-events";
import { KeyPanel } from "./panel";

const DAY_MS = 24 * 60 * 60 * 1_000;

type Props = { timeline: Timeline; activity: string; className?: string };

/** Everything that was done to the key, newest first. A gap of a day or more is stated. */
export const History = ({ timeline: { events, isCut }, activity, className }: Props) => (
  <KeyPanel title="History" className={className}>
    <ol className="key-history px-4 py-4.5 sm:px-5">
      {events.map((event, index) => (
        <Entry key={`${event.at} ${event.what}`} of={event} days={daysBetween(event.at, events[index + 1]?.at)} />
      ))}
    </ol>
    {isCut && (
      <p className="border-border border-t px-4 py-2.75 text-label sm:px-5">
        Older events are under <Link href={activity}>Activity</Link>.
      </p>
    )}
  </KeyPanel>
);

const Entry = ({ of: { at, what, detail, icon, by }, days }: { of: KeyEvent; days: number }) => (
  <li data-gap={days > 0 ? "" : undefined}>
    <EventIcon icon={icon} />
    <div className="min-w-0">
      <b className="wrap-anywhere block font-[580]">{withoutKeyNumber(what)}</b>
      {detail.length > 0 && (
        <span className="wrap-anywhere block text-muted-foreground text-small">{detail.map(part)}</span>
      )}
      <span className="wrap-anywhere block text-muted-foreground text-small">by {by}</span>
      <span className="block text-subtle-foreground text-small">
        <Time at={at} as="day" /> {at.slice(0, 4)}, <Time at={at} as="seconds" />
      </span>
      {days > 0 && (
        <span className="mt-2.5 block text-subtle-foreground text-[12px] leading-4">
          {days === 1 ? "1 day" : `${days} days`}
        </span>
      )}
    </div>
  </li>
);

const daysBetween = (at: string, before: string | undefined): number =>
  before ? Math.floor((Date.parse(at) - Date.parse(before)) / DAY_MS) : 0;

const part = (piece: Part) =>
  typeof piece === "string" ? (
    piece
  ) : (
    <span key={piece.ip} className="ip-address">
      {piece.ip}
    </span>
  );
