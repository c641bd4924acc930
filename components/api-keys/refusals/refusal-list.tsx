import { CardTable, CardTableBody, CardTableHead, Cell, ColumnHead, Row } from "@/components/ui/card-table";
import { Sheet } from "@/components/ui/sheet";
import { Time } from "@/components/ui/time";
import type { KeyDetails } from "@/lib/api-keys/reads/key";
import type { RefusalRow } from "@/lib/api-keys/reads/refusal-counts";
import { isSource, ruleFor, ruleForPart } from "@/lib/platform/ip-allowlist/covers";
import { refusedWords, sourceWords } from "@/lib/words/key-usage";
import { AllowButton } from "./allow-button";

type Of = Pick<KeyDetails, "id" | "number" | "allowedIps" | "state">;

/** Why requests were refused, with the likely mistake behind the last refusal of each kind. */
export const RefusalList = ({ rows, more, of }: { rows: readonly RefusalRow[]; more: boolean; of: Of }) => (
  <Sheet className="in-card overflow-hidden">
    <CardTable caption="Refusals, the latest first">
      <CardTableHead>
        <ColumnHead>Why</ColumnHead>
        <ColumnHead className="w-[184px]">From</ColumnHead>
        <ColumnHead className="w-[84px] text-end">Times</ColumnHead>
        <ColumnHead className="w-[222px]">Last</ColumnHead>
        <ColumnHead className="w-[172px] text-end">Action</ColumnHead>
      </CardTableHead>
      <CardTableBody>
        {rows.map((row) => (
          <Kind key={`${row.reason} ${row.source}`} row={row} of={of} />
        ))}
      </CardTableBody>
    </CardTable>
    <p className="flex flex-wrap justify-between gap-x-4 border-border border-t px-4 py-3 text-muted-foreground text-small sm:px-5">
      <span>
        {more
          ? `The latest ${rows.length} kinds of refusal are shown.`
          : `${rows.length === 1 ? "1 kind" : `${rows.length} kinds`} of refusal, all shown.`}
      </span>
      <span>Newest first</span>
    </p>
  </Sheet>
);

function Kind({ row: { reason, source, count, firstAt, lastAt, mistake, looked }, of }: { row: RefusalRow; of: Of }) {
  const allow = canAllow(reason, source, of);
  const { what, remedy } = refusedWords(reason, mistake, looked, { state: of.state, allow });
  return (
    <Row>
      <Cell>
        <b className="font-[580]">{what}</b>
        <span className="secondary-line">{remedy}</span>
      </Cell>
      <Cell data-label="From">
        <div>
          <span className="wrap-anywhere font-mono text-small">{sourceWords(source)}</span>
          {isSource(source) && <span className="secondary-line">{allowedWords(source, of.allowedIps)}</span>}
        </div>
      </Cell>
      <Cell data-label="Times" className="tabular-nums md:text-end">
        {count.toLocaleString("en")}
      </Cell>
      <Cell data-label="Last">
        <div>
          <Time at={lastAt} />
          <span className="secondary-line">
            first <Time at={firstAt} />
          </span>
        </div>
      </Cell>
      <Cell>
        <div className="flex justify-end empty:hidden">
          {allow && <AllowButton of={of} address={source} count={count} />}
        </div>
      </Cell>
    </Row>
  );
}

/** "allowed", "allowed by 2001:db8:40::/48" or "not allowed": by the list as it is now. */
export function allowedWords(source: string, allowedIps: readonly string[]): string {
  const [rule, part] = [ruleFor(source, allowedIps), ruleForPart(source, allowedIps)];
  if (!rule) return part ? `in part allowed, by ${part}` : "not allowed";
  return rule === source || rule === "any" ? "allowed" : `allowed by ${rule}`;
}

/** Only where the signature was right, and nothing but the address was wrong. */
export const canAllow = (reason: string, source: string, { allowedIps, state }: Of): boolean =>
  reason === "ip_not_allowed" && state !== "retired" && isSource(source) && ruleFor(source, allowedIps) === null;
