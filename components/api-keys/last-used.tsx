import { moreClass } from "@/components/ui/chip";
import { cx } from "@/components/ui/cx";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import type { KeyRow } from "@/lib/api-keys/queries";
import { refusedWords, sourceWords } from "@/lib/api-keys/traffic-words";

/** When and from where a key was last used, and why it was last refused, once there is something to say. Refusals are kept for 90 days: no year. */
export const LastUsed = ({ of: { number, traffic } }: { of: Pick<KeyRow, "number" | "traffic"> }) => (
  <>
    {traffic.used && (
      <span className="second">
        last used <Time at={traffic.used.at} />
        <From source={traffic.used.source} />
      </span>
    )}
    {traffic.refused && (
      <details className="second">
        <summary className={cx(moreClass, "inline cursor-pointer")}>
          last refused <Time at={traffic.refused.at} as="day" />, <Time at={traffic.refused.at} as="time" />
          <span className="sr-only">, key {number}</span>
        </summary>
        <WhyRefused refused={traffic.refused} />
        <Link href={`api-keys/${number}/refusals`}>All refused requests of key {number}</Link>
      </details>
    )}
  </>
);

type Refused = NonNullable<KeyRow["traffic"]["refused"]>;

/** The reason in bold, then the likely mistake as an instruction. */
export function WhyRefused({ refused: { reason, mistake, looked, source } }: { refused: Refused }) {
  const { what, remedy } = refusedWords(reason, mistake, looked);
  return (
    <>
      <b className="block text-ink">{what}</b>
      <span className="block">{remedy}</span>
      <From source={source} />
    </>
  );
}

export const From = ({ source }: { source: string }) => <span className="wrap-anywhere block">from {sourceWords(source)}</span>;
