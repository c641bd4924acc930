import { ChevronRight } from "lucide-react";
import { BarChart } from "@/components/api-keys/key-page/bar-chart";
import { KeyGroups } from "@/components/key-state/key-groups";
import { SourceLine } from "@/components/key-state/last-used";
import { Stamp } from "@/components/key-state/stamp";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import type { Series } from "@/lib/api-keys/reads/series";
import type { SupportKey } from "@/lib/support/keys";
import { KeyAddresses } from "./key-addresses";
import { Fact, FingerprintFact } from "./key-facts";
import { KeyTimeline } from "./key-timeline";

type Props = { of: SupportKey; isOpen: boolean; desk: string };

/** A key's current state and everything that happened to it. */
export const KeySheet = ({ of, isOpen, desk }: Props) => (
  <section aria-label={`Key ${of.number}`} className="overflow-hidden rounded-card border border-border bg-surface">
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2.5 px-4 py-3.5 sm:px-5">
      <div className="flex items-center gap-2.5">
        <h3 className="type-heading tabular-nums">
          <Link href={`${desk}/api-keys/${of.number}`} className="text-foreground">
            {of.number}
          </Link>
        </h3>
        <Stamp state={of.state} />
        {of.note && <span className="wrap-anywhere text-muted-foreground">{of.note}</span>}
      </div>
      <KeyGroups value={of.key} struck={of.state === "retired"} />
    </div>
    <dl className="grid border-border border-t sm:grid-cols-3 sm:divide-x sm:divide-border">
      <Fact name="IP addresses">
        <KeyAddresses of={of} />
      </Fact>
      <Fact name="Last used">
        {of.usage.used ? (
          <>
            <Time at={of.usage.used.at} />
            <span className="text-muted-foreground text-small">
              <SourceLine source={of.usage.used.source} />
            </span>
          </>
        ) : (
          <span className="text-muted-foreground">Not used yet</span>
        )}
      </Fact>
      <FingerprintFact of={of} />
    </dl>
    {of.series && of.series.accepted + of.series.refused > 0 && (
      <div className="grid border-border border-t sm:grid-cols-2 sm:divide-x sm:divide-border">
        {(["accepted", "refused"] as const).map((kind) => (
          <Usage key={kind} kind={kind} series={of.series as Series} />
        ))}
      </div>
    )}
    <p className="border-border border-t px-4 py-2.75 text-label sm:px-5">
      <Link href={`${desk}/api-keys/${of.number}`}>
        Requests, refusals and addresses<span className="sr-only"> of key {of.number}</span>
      </Link>
    </p>
    <details open={isOpen} className="group border-border border-t">
      <summary className="flex items-center gap-3 px-4 py-3 font-label text-label hover:bg-sunken focus-visible:-outline-offset-2 sm:px-5">
        <Icon of={ChevronRight} className="shrink-0 text-subtle-foreground transition-[rotate] group-open:rotate-90" />
        History of key {of.number}
      </summary>
      <KeyTimeline of={of} desk={desk} />
    </details>
  </section>
);

function Usage({ kind, series }: { kind: "accepted" | "refused"; series: Series }) {
  const [sum, most] = [series[kind].toLocaleString("en"), series.most[kind].toLocaleString("en")];
  const name = kind === "accepted" ? "Accepted, last 30 days" : "Refused, last 30 days";
  return (
    <div className="px-4 py-2.5 not-first:border-border max-sm:not-first:border-t sm:px-5 sm:py-3">
      <p className="text-subtle-foreground text-small">{name}</p>
      <p className="flex items-baseline justify-between gap-3 tabular-nums">
        <b className="font-[620]">{sum}</b>
        <span className="text-subtle-foreground text-small">{series.most[kind] > 0 && `peak ${most} a day`}</span>
      </p>
      <BarChart kind={kind} values={series.bars.map((bar) => bar[kind])} label={`${name}: ${sum} in all`} height={28} />
    </div>
  );
}
