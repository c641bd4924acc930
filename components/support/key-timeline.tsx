import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { EventIcon } from "@/components/activity/event-icon";
import { WhyRefused } from "@/components/key-state/last-used";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import type { Part } from "@/lib/audit/describe";
import type { SupportKey } from "@/lib/support/keys";

/**
 * A key's history, newest first: what was done to it, its last refusal, and how long nothing
 * happened in between.
 */
export function KeyTimeline({
  of: { number, usage, timeline, isUnconfirmed, state },
  desk,
}: {
  of: SupportKey;
  /** The path of the merchant at the support desk. */
  desk: string;
}) {
  const { refused } = usage;
  const refusal = refused && {
    at: refused.at,
    entry: (
      <Refused key="refused" refused={refused} state={state}>
        <Link href={`${desk}/api-keys/${number}/refusals`}>
          See all refusals<span className="sr-only"> of key {number}</span>
        </Link>
      </Refused>
    ),
  };
  const events = timeline.events.map((event) => ({
    at: event.at,
    entry: (
      <Entry key={`${event.at} ${event.what}`} at={event.at} icon={<EventIcon icon={event.icon} />}>
        <b className="block font-[600] text-foreground wrap-anywhere">{event.what}</b>
        {event.detail.length > 0 && <span className="block wrap-anywhere">{event.detail.map(part)}</span>}
        <span className="block wrap-anywhere">by {event.by}</span>
      </Entry>
    ),
  }));
  const entries = [...(refusal ? [refusal] : []), ...events].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <div className="px-4 pt-1 pb-4 sm:px-5">
      {isUnconfirmed && (
        <p className="mb-3 text-muted-foreground text-small">
          The browser did not confirm that the secret key was shown.
        </p>
      )}
      <ol className="text-muted-foreground text-small">
        {entries.flatMap(({ at, entry }, index) => [
          entry,
          <Gap key={`gap ${at}`} from={at} to={entries[index + 1]?.at} />,
        ])}
      </ol>
      {timeline.isCut && (
        <p className="mt-2 text-small">
          Older events are under <Link href={`${desk}/activity?show=keys`}>Activity</Link>.
        </p>
      )}
    </div>
  );
}

type RefusedProps = {
  refused: NonNullable<SupportKey["usage"]["refused"]>;
  state: SupportKey["state"];
  children: ReactNode;
};

const Refused = ({ refused, state, children }: RefusedProps) => (
  <Entry at={refused.at} icon={<Icon of={CircleAlert} className="mt-0.75 text-subtle-foreground" />}>
    <span className="block text-foreground">Last refusal</span>
    <WhyRefused refused={refused} state={state} reader="support" />
    {children}
  </Entry>
);

const Entry = ({ at, icon, children }: { at: string; icon: ReactNode; children: ReactNode }) => (
  <li className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-3 py-1.5 sm:grid-cols-[16px_164px_minmax(0,1fr)]">
    {icon}
    <span className="leading-5.5 tabular-nums">
      <Time at={at} as="date-time" />
    </span>
    <div className="min-w-0 leading-5 max-sm:col-start-2 sm:pt-px">{children}</div>
  </li>
);

const DAY = 24 * 60 * 60 * 1_000;

function Gap({ from, to }: { from: string; to: string | undefined }) {
  const days = to ? Math.floor((Date.parse(from) - Date.parse(to)) / DAY) : 0;
  if (days < 1) return null;
  return (
    <li className="ml-2 border-border-strong border-l border-dashed py-1 pl-4.75 text-subtle-foreground">
      {days === 1 ? "1 day" : `${days} days`}
    </li>
  );
}

const part = (piece: Part) =>
  typeof piece === "string" ? (
    piece
  ) : (
    <span key={piece.ip} className="ip-address">
      {piece.ip}
    </span>
  );
