import { moreLinkClass } from "@/components/ui/chip";
import { cx } from "@/components/ui/cx";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import type { ShownKey } from "./last-used";

/**
 * When and from where a key was last used, and why it was last refused, if ever. Refusals are
 * kept for 90 days, so their times need no year.
 */
export const LastUsed = ({ of: { number, used, refused, everActivated } }: { of: ShownKey }) => (
  <div>
    {used ? (
      <Time at={used.at} as="date" />
    ) : (
      <span className="text-muted-foreground">{everActivated ? "Not used yet" : "Never"}</span>
    )}
    {used && (
      <span className="secondary-line">
        <Time at={used.at} as="time" />
        {used.from}
      </span>
    )}
    {refused && (
      <details className="secondary-line">
        <summary className={cx(moreLinkClass, "inline cursor-pointer")}>
          last refused <Time at={refused.at} as="day" />, <Time at={refused.at} as="time" />
          <span className="sr-only">, key {number}</span>
        </summary>
        {refused.why}
        <Link href={`api-keys/${number}/refusals`}>All refused requests of key {number}</Link>
      </details>
    )}
  </div>
);
