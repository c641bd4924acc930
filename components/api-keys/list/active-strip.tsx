import { BarChart } from "@/components/api-keys/key-page/bar-chart";
import { Link } from "@/components/ui/link";
import { Sheet } from "@/components/ui/sheet";
import { Time } from "@/components/ui/time";
import type { Rise } from "@/lib/api-keys/reads/refusal-rise";
import type { Series } from "@/lib/api-keys/reads/series";

type Props = { number: number; series: Series; rise: Rise | null };

/** The active key's last day in two lanes; a key that was never used has none. */
export function ActiveStrip({ number, series, rise }: Props) {
  if (series.accepted + series.refused === 0) return null;
  return (
    <Sheet className="mb-5 overflow-hidden" labelledBy="active-strip">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-border border-b px-4 py-2.75 sm:px-5">
        <h2 id="active-strip" className="type-heading">
          Key {number}, last 24 hours
        </h2>
        <Link href={`api-keys/${number}`} className="text-label">
          7 and 30 days, addresses, history
        </Link>
      </div>
      <div className="grid sm:grid-cols-2 sm:divide-x sm:divide-border">
        {(["accepted", "refused"] as const).map((kind) => (
          <Kind key={kind} kind={kind} series={series} />
        ))}
      </div>
      {rise && (
        <p className="border-border border-t px-4 py-2.75 text-muted-foreground text-small sm:px-5">
          <b className="text-foreground">
            Refusals rose at <Time at={rise.at} as="time" />.
          </b>{" "}
          <Link href={`api-keys/${number}/refusals`}>See the refusals</Link>
        </p>
      )}
    </Sheet>
  );
}

function Kind({ kind, series }: { kind: "accepted" | "refused"; series: Series }) {
  const [sum, most] = [series[kind].toLocaleString("en"), series.most[kind].toLocaleString("en")];
  const name = kind === "accepted" ? "Accepted" : "Refused";
  const tops = series.most[kind] > 0 ? `peak ${most} an hour` : "";
  return (
    <div className="px-4 py-3.5 not-first:border-border max-sm:not-first:border-t sm:px-5">
      <p className="font-[560] text-muted-foreground text-small">{name}</p>
      <p className="flex items-baseline justify-between gap-3 tabular-nums">
        <b className="font-[620] text-[18px] leading-6.5">{sum}</b>
        <span className="text-subtle-foreground text-small">{tops}</span>
      </p>
      <BarChart
        kind={kind}
        values={series.bars.map((bar) => bar[kind])}
        label={`${name} requests, ${sum} in all${tops && `, ${tops}`}`}
        height={56}
      />
    </div>
  );
}
