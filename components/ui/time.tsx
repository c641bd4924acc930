import { type TimeStyle, utc } from "./utc";

/**
 * A time in UTC. Hovering shows it in the user's own time zone (`OwnTimes`). It is plain text, not
 * a component of the browser's: a page has dozens of them.
 */
export function Time({ at, as = "date-time" }: { at: string; as?: TimeStyle }) {
  const parts = utc(at, as).split(", ");
  const wraps = parts.length > 1;
  return (
    <time dateTime={at} className={wraps ? "whitespace-normal" : undefined}>
      {wraps ? parts.flatMap(nowrap) : parts}
    </time>
  );
}

/** A line can end between a date and a time, and nowhere else. */
const nowrap = (part: string, at: number) => [
  at > 0 && ", ",
  <span key={part} className="whitespace-nowrap">
    {part}
  </span>,
];
