import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { Pills } from "@/components/ui/pills";
import { Time } from "@/components/ui/time";
import { utc } from "@/components/ui/utc";
import type { KeyState } from "@/lib/api-keys/reads/key";
import type { KeyActivity } from "@/lib/api-keys/reads/key-activity";
import { PERIODS, type Period } from "@/lib/api-keys/reads/periods";
import { countRefusals } from "@/lib/api-keys/reads/refusal-groups";
import { isTry } from "@/lib/gateway/usage/columns";
import { sourceWords } from "@/lib/words/key-usage";
import { triesWords } from "@/lib/words/rotation";
import { BarChart } from "./bar-chart";
import { ChartEvents } from "./chart-events";
import { KeyPanel } from "./panel";
import { UsageTable } from "./usage-table";

type Props = {
  state: KeyState;
  activity: KeyActivity;
  here: string;
  period: Period;
  /** Where it is shown how to sign; null for Support, who sign nothing. */
  integration: string | null;
};

/** Requests and refusals on one time axis, and the same as a table. */
export function Requests(props: Props) {
  const { activity, here, period } = props;
  const { series } = activity;
  return (
    <KeyPanel
      title="Requests"
      aside={
        <Pills
          label="Period"
          pills={(Object.keys(PERIODS) as Period[]).map((each) => ({
            name: PERIODS[each].name,
            href: `${here}?period=${each}`,
            current: each === period,
          }))}
        />
      }
    >
      <div className="px-4 pt-4 pb-3.5 sm:px-5">
        {(["accepted", "refused"] as const).map((kind) => (
          <Kind key={kind} kind={kind} activity={activity} period={period} />
        ))}
        <ChartEvents series={series} events={activity.timeline?.events ?? []} />
        <Axis series={series} period={period} />
      </div>
      <p className="border-border border-t px-4 py-2.75 text-muted-foreground text-small sm:px-5">
        <Foot {...props} />
      </p>
      {series.accepted + series.refused > 0 && (
        <details className="group border-border border-t">
          <summary className="flex items-center gap-3 px-4 py-3 font-label text-label hover:bg-sunken focus-visible:-outline-offset-2 sm:px-5">
            <Icon
              of={ChevronRight}
              className="shrink-0 text-subtle-foreground transition-[rotate] group-open:rotate-90"
            />
            Show as a table
          </summary>
          <UsageTable series={series} />
        </details>
      )}
    </KeyPanel>
  );
}

function Kind({
  kind,
  activity: { series },
  period,
}: {
  kind: "accepted" | "refused";
  activity: KeyActivity;
  period: Period;
}) {
  const [sum, most] = [series[kind].toLocaleString("en"), series.most[kind].toLocaleString("en")];
  const name = kind === "accepted" ? "Accepted" : "Refused";
  const tops = series.most[kind] > 0 ? `peak ${most} ${PERIODS[period].bar}` : "";
  return (
    <div className="not-first:mt-3.5">
      <p className="font-[560] text-muted-foreground text-small">{name}</p>
      <p className="flex items-baseline justify-between gap-3 tabular-nums">
        <b className="font-[620] text-[18px] leading-6.5">{sum}</b>
        <span className="text-subtle-foreground text-small">{tops}</span>
      </p>
      <BarChart
        kind={kind}
        values={series.bars.map((bar) => bar[kind])}
        label={`${name} requests, ${sum} in all${tops && `, ${tops}`}`}
      />
    </div>
  );
}

/** Four times and "now", each under the bar that begins at that time. */
function Axis({ series: { bars }, period }: { series: KeyActivity["series"]; period: Period }) {
  const quarters = [0, 0.25, 0.5, 0.75].map((part) => bars[Math.floor(part * bars.length)]?.at ?? "");
  return (
    <span
      aria-hidden="true"
      className="mt-1 flex justify-between text-subtle-foreground text-[12px] leading-4 tabular-nums"
    >
      {quarters.map((at) => (
        <span key={at}>{period === "day" ? utc(at, "clock").slice(0, 5) : utc(at, "day")}</span>
      ))}
      <span>now</span>
    </span>
  );
}

const RARE = 1_000;

/** What the chart says, in a sentence. */
function Foot({ state, activity, period, here, integration }: Props): ReactNode {
  const { series, rise, refusals, usage } = activity;
  const total = series.accepted + series.refused;
  const { tries } = countRefusals(refusals);
  if (rise) {
    return (
      <>
        <b className="text-foreground">
          Refusals rose at <Time at={rise.at} as={period === "day" ? "time" : "date-time"} />.
        </b>{" "}
        <Most refusals={refusals} number={state.number} />
        <Link href={`${here}#refusals`}>See the refusals</Link>
      </>
    );
  }
  if (total === 0 && state.state === "active" && !usage.used && integration) {
    return (
      <>
        Send a signed request: <Link href={integration}>signing code in 8 languages</Link>. It shows here within 2
        seconds.
      </>
    );
  }
  if (total === 0 && tries > 0) return `None but ${triesWords(tries)}, which are listed with the refusals.`;
  if (total === 0) return `No requests in the last ${PERIODS[period].name}.`;
  if (series.refused * RARE < total) return "Nothing unusual: fewer than 1 in 1,000 requests is refused.";
  const share = (100 * series.refused) / total;
  return `${share < 1 ? share.toFixed(1) : Math.round(share)} % of the requests were refused.`;
}

/** The source that more than half of them came from, if there is one. */
function Most({ refusals, number }: { refusals: KeyActivity["refusals"]; number: number }) {
  const counted = refusals.filter(({ reason }) => !isTry(reason));
  const from = (source: string) => counted.filter((each) => each.source === source);
  const half = countRefusals(counted).refused / 2;
  const top = counted.find(({ source }) => countRefusals(from(source)).refused > half);
  if (!top) return null;
  const isOfTheAddress = from(top.source).every(({ reason }) => reason === "ip_not_allowed");
  return (
    <>
      Most came from <span className="wrap-anywhere">{sourceWords(top.source)}</span>
      {isOfTheAddress && `, which key ${number} does not accept`}.{" "}
    </>
  );
}
