import type { ReactNode } from "react";
import { BarChart } from "@/components/api-keys/key-page/bar-chart";
import { Link } from "@/components/ui/link";
import { Sheet } from "@/components/ui/sheet";
import { Time } from "@/components/ui/time";
import type { Bar } from "@/lib/api-keys/reads/series";
import type { ActiveHealth } from "@/lib/merchants/health";
import { isSource, ruleForPart } from "@/lib/platform/ip-allowlist/covers";
import { sourceWords } from "@/lib/words/key-usage";

type Props = { active: ActiveHealth | null; keyHref: string; owner: boolean; people: number; withoutPasskey: number };

/**
 * The merchant's day in a few numbers. The pictures say nothing that the number above them does
 * not.
 */
export function Health({ active, keyHref, owner, people, withoutPasskey }: Props) {
  if (!active && !owner) return null;
  return (
    <Sheet className="mt-5 overflow-hidden">
      <dl className="grid grid-cols-2 md:auto-cols-fr md:grid-flow-col md:grid-cols-none">
        <Fact name="Active key" about={active && <Age active={active} />}>
          {active ? (
            <>
              <Link href={keyHref} className="me-2 text-foreground">
                {active.number}
              </Link>
              {active.note && (
                <span className="wrap-anywhere inline-block font-normal text-body text-muted-foreground">
                  {active.note}
                </span>
              )}
            </>
          ) : (
            "None"
          )}
        </Fact>
        {active && <Today kind="accepted" name="Accepted today" bars={active.today} />}
        {active && <Today kind="refused" name="Refused today" bars={active.today} />}
        {active && owner && <Addresses active={active} />}
        {owner && (
          <Fact name="Without a passkey" about={people === 1 ? "member" : "members"}>
            {withoutPasskey} of {people}
          </Fact>
        )}
      </dl>
    </Sheet>
  );
}

const DAY_MS = 24 * 60 * 60 * 1_000;

function Age({ active: { activatedAt, used } }: { active: ActiveHealth }) {
  const days = Math.floor((Date.now() - Date.parse(activatedAt)) / DAY_MS);
  const old = days < 1 ? "activated today" : days === 1 ? "1 day old" : `${days} days old`;
  return (
    <>
      {old},{" "}
      {used ? (
        <>
          last request <Time at={used.at} as="day" />, <Time at={used.at} as="time" /> from{" "}
          <span className="wrap-anywhere">{sourceWords(used.source)}</span>
        </>
      ) : (
        "not used yet"
      )}
    </>
  );
}

function Today({ kind, name, bars }: { kind: "accepted" | "refused"; name: string; bars: readonly Bar[] }) {
  const sum = (of: "accepted" | "refused") => bars.reduce((total, bar) => total + bar[of], 0);
  const [mine, all] = [sum(kind), sum("accepted") + sum("refused")];
  const most = Math.max(...bars.map((bar) => bar[kind]), 0);
  const share = all === 0 ? 0 : (100 * mine) / all;
  const about =
    kind === "accepted"
      ? `peak ${most.toLocaleString("en")} an hour`
      : `${share.toFixed(share > 0 && share < 10 ? 1 : 0)} % of all`;
  return (
    <Fact
      name={name}
      about={all > 0 && about}
      picture={all > 0 && <BarChart kind={kind} values={hoursOf(bars, kind)} height={28} />}
    >
      {mine.toLocaleString("en")}
    </Fact>
  );
}

/** The 24 hours of the day: those that are still to come are empty. */
const hoursOf = (bars: readonly Bar[], kind: "accepted" | "refused"): number[] =>
  Array.from({ length: 24 }, (_, hour) => bars[hour]?.[kind] ?? 0);

function Addresses({ active: { sources, allowedIps } }: { active: ActiveHealth }) {
  const used = sources.filter(({ accepted }) => accepted > 0);
  const not = used.filter(({ source }) => isSource(source) && ruleForPart(source, allowedIps) === null).length;
  const about = used.length === 0 ? "in the last 7 days" : not === 0 ? "all allowed" : `${not} not allowed any more`;
  return (
    <Fact name="Addresses in use" about={about}>
      {used.length}
    </Fact>
  );
}

type FactProps = { name: string; about?: ReactNode; picture?: ReactNode; children: ReactNode };

const Fact = ({ name, about, picture, children }: FactProps) => (
  <div className="min-w-0 border-border px-4 py-3.5 first:max-md:col-span-2 not-first:max-md:border-t even:max-md:not-last:border-r even:last:max-md:col-span-2 sm:px-5 md:not-first:border-l">
    <dt className="text-subtle-foreground text-small">{name}</dt>
    <dd>
      <span className="block font-[620] text-[18px] leading-6.5 tabular-nums">{children}</span>
      {about && <span className="block text-muted-foreground text-small">{about}</span>}
      {picture}
    </dd>
  </div>
);
