import { CardTable, CardTableBody, CardTableHead, Cell, ColumnHead, Row } from "@/components/ui/card-table";
import { Sheet } from "@/components/ui/sheet";
import { Time } from "@/components/ui/time";
import type { RefusalRow } from "@/lib/api-keys/reads/refusal-counts";
import { refusedWords, sourceWords } from "@/lib/words/key-usage";

/** Why requests were refused, with the likely mistake behind the last refusal of each kind. */
export const RefusalList = ({ rows, more }: { rows: readonly RefusalRow[]; more: boolean }) => (
  <Sheet>
    <CardTable caption="Refusals, the latest first">
      <CardTableHead>
        <ColumnHead>Why</ColumnHead>
        <ColumnHead className="w-[212px]">From</ColumnHead>
        <ColumnHead className="w-[84px] text-end">Times</ColumnHead>
        <ColumnHead className="w-[190px]">Last</ColumnHead>
      </CardTableHead>
      <CardTableBody>
        {rows.map((row) => (
          <Kind key={`${row.reason} ${row.source}`} of={row} />
        ))}
      </CardTableBody>
    </CardTable>
    <p className="border-line border-t px-4 py-3 text-ink-2 text-small sm:px-5">
      {more
        ? `The latest ${rows.length} kinds of refusal are shown.`
        : `${rows.length === 1 ? "1 kind" : `${rows.length} kinds`} of refusal, all shown.`}
    </p>
  </Sheet>
);

function Kind({ of: { reason, source, count, firstAt, lastAt, mistake, looked } }: { of: RefusalRow }) {
  const { what, remedy } = refusedWords(reason, mistake, looked);
  return (
    <Row>
      <Cell>
        <b className="font-[580]">{what}</b>
        <span className="second">{remedy}</span>
      </Cell>
      <Cell data-label="From">
        <span className="wrap-anywhere font-mono text-small">{sourceWords(source)}</span>
      </Cell>
      <Cell data-label="Times" className="tabular-nums md:text-end">
        {count.toLocaleString("en")}
      </Cell>
      <Cell data-label="Last">
        <Time at={lastAt} />
        <span className="second">
          first <Time at={firstAt} />
        </span>
      </Cell>
    </Row>
  );
}
