import type { ReactNode } from "react";
import { CardTable, CardTableBody, CardTableHead, Cell, ColumnHead, Row } from "@/components/ui/card-table";
import { Sheet } from "@/components/ui/sheet";
import { Time } from "@/components/ui/time";
import type { KeyDetails } from "@/lib/api-keys/reads/key";
import type { RefusalRow } from "@/lib/api-keys/reads/refusal-counts";
import { isSource, ruleFor, ruleForPart } from "@/lib/platform/ip-allowlist/covers";
import { type Reader, refusedWords, sourceWords } from "@/lib/words/key-usage";
import { AllowButton } from "./allow-button";

type Of = Pick<KeyDetails, "id" | "number" | "allowedIps" | "state">;
type Props = { rows: readonly RefusalRow[]; more: boolean; of: Of; reader: Reader };

/**
 * Why requests were refused, with the likely mistake behind the last refusal of each kind. There is
 * a column of actions only if a row has one; Support has none.
 */
export function RefusalList({ rows, more, of, reader }: Props) {
  const allows = rows.map(({ reason, source }) => reader !== "support" && canAllow(reason, source, of));
  const hasActions = allows.includes(true);
  return (
    <Sheet className="in-card overflow-hidden">
      <CardTable caption="Refusals, the latest first">
        <CardTableHead>
          <ColumnHead>Why</ColumnHead>
          <ColumnHead className="w-[156px]">From</ColumnHead>
          <ColumnHead className="w-[72px] text-end">Times</ColumnHead>
          <ColumnHead className="w-[200px]">Last</ColumnHead>
          {hasActions && <ColumnHead className="w-[172px] text-end">Action</ColumnHead>}
        </CardTableHead>
        <CardTableBody>
          {rows.map((row, index) => {
            const allow = allows[index] === true;
            return (
              <Kind key={`${row.reason} ${row.source}`} row={row} of={of} allow={allow} reader={reader}>
                {hasActions && (
                  <Action>{allow && <AllowButton of={of} address={row.source} count={row.count} />}</Action>
                )}
              </Kind>
            );
          })}
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
}

type KindProps = { row: RefusalRow; of: Of; allow: boolean; reader: Reader; children: ReactNode };

function Kind({ row, of, allow, reader, children }: KindProps) {
  const { reason, source, count, firstAt, lastAt, mistake, looked } = row;
  const { what, remedy } = refusedWords(reason, mistake, looked, { state: of.state, allow, reader });
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
      {children}
    </Row>
  );
}

const Action = ({ children }: { children: ReactNode }) => (
  <Cell>
    <div className="flex justify-end empty:hidden">{children}</div>
  </Cell>
);

/** "allowed", "allowed by 2001:db8:40::/48" or "not allowed": by the list as it is now. */
export function allowedWords(source: string, allowedIps: readonly string[]): string {
  const [rule, part] = [ruleFor(source, allowedIps), ruleForPart(source, allowedIps)];
  if (!rule) return part ? `in part allowed, by ${part}` : "not allowed";
  return rule === source || rule === "any" ? "allowed" : `allowed by ${rule}`;
}

/** Only where the signature was right, and nothing but the address was wrong. */
export const canAllow = (reason: string, source: string, { allowedIps, state }: Of): boolean =>
  reason === "ip_not_allowed" && state !== "retired" && isSource(source) && ruleFor(source, allowedIps) === null;
