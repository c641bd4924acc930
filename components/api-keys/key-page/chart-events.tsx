import { utc } from "@/components/ui/utc";
import type { Series } from "@/lib/api-keys/reads/series";
import type { KeyEvent } from "@/lib/audit/key-timeline";

/** Changes that can explain a rise or a fall of the bars. */
const TELLING = /activated|deactivated|IP addresses/;

/** A tick below the axis for each change of the key; the latest one is described in words. */
export function ChartEvents({ series: { bars }, events }: { series: Series; events: readonly KeyEvent[] }) {
  const [first, second] = bars;
  if (!first || !second) return null;
  const from = Date.parse(first.at);
  const span = (Date.parse(second.at) - from) * bars.length;
  const marks = events
    .filter(({ at, what }) => TELLING.test(what) && Date.parse(at) >= from)
    .map(({ at, what }) => ({ at, what, place: Math.min(((Date.parse(at) - from) / span) * 100, 99.6) }));
  const [latest] = marks;
  if (!latest) return null;
  const words = `${span > 2 * 86_400_000 ? utc(latest.at, "day") : utc(latest.at, "clock").slice(0, 5)} ${withoutKeyNumber(latest.what)}`;
  return (
    <div className="chart-events">
      {marks.map(({ at, place }) => (
        <i key={at} style={{ insetInlineStart: `${place}%` }} />
      ))}
      <span
        style={
          latest.place > 50 ? { insetInlineEnd: `${100 - latest.place}%` } : { insetInlineStart: `${latest.place}%` }
        }
      >
        {words}
      </span>
    </div>
  );
}

/**
 * The page already names its key: "IP addresses of key 1042 changed" is "IP addresses changed"
 * here. A take-over names two keys, and stays as it is.
 */
export function withoutKeyNumber(what: string): string {
  if (what.includes(" took over from ")) return what;
  const text = what.replace(/ of key \d+/, "").replace(/^Key \d+ /, "");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
