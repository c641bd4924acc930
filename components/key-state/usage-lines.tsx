import { moreClass } from "@/components/ui/chip";
import { cx } from "@/components/ui/cx";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import type { ShownKey } from "./last-used";

/**
 * When and from where a key was last used, and why it was last refused, if ever. Refusals are
 * kept for 90 days, so their times need no year.
 */
export const UsageLines = ({ of: { number, used, refused } }: { of: Pick<ShownKey, "number" | "used" | "refused"> }) => (
  <>
    {used && (
      <span className="second">
        last used <Time at={used.at} />
        {used.from}
      </span>
    )}
    {refused && (
      <details className="second">
        <summary className={cx(moreClass, "inline cursor-pointer")}>
          last refused <Time at={refused.at} as="day" />, <Time at={refused.at} as="time" />
          <span className="sr-only">, key {number}</span>
        </summary>
        {refused.why}
        <Link href={`api-keys/${number}/refusals`}>All refused requests of key {number}</Link>
      </details>
    )}
  </>
);
