import { allowedWords } from "@/components/api-keys/refusals/refusal-list";
import { CardTable, CardTableBody, CardTableHead, Cell, ColumnHead, Row } from "@/components/ui/card-table";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import { SOURCE_DAYS, type Source } from "@/lib/api-keys/reads/sources";
import { isSource } from "@/lib/platform/ip-allowlist/covers";
import { sourceWords } from "@/lib/words/key-usage";
import { KeyPanel } from "./panel";

const SHOWN = 10;

/**
 * The addresses that requests came from, the busiest first, and whether the key allows them. Only
 * Owners see the allowlist (`allowedIps`). `all` is the page's own path with all of them, or null
 * if this is it.
 */
export function Addresses({
  sources,
  allowedIps,
  all,
}: {
  sources: readonly Source[];
  allowedIps: readonly string[] | null;
  all: string | null;
}) {
  const most = Math.max(...sources.map(({ accepted }) => accepted), 1);
  return (
    <KeyPanel
      title="Addresses in use"
      className="in-card"
      aside={<span className="text-subtle-foreground text-small sm:pr-2">last {SOURCE_DAYS} days</span>}
    >
      {sources.length === 0 ? (
        <p className="px-4 py-3.5 text-muted-foreground sm:px-5">None yet.</p>
      ) : (
        <>
          <p className="border-border border-b px-4 py-2.75 text-muted-foreground text-small sm:px-5">
            Accepted requests, and those refused only because of their address.
          </p>
          <CardTable caption="Addresses that sent requests">
            <CardTableHead>
              <ColumnHead>Address</ColumnHead>
              <ColumnHead className="w-44 text-end!">Requests</ColumnHead>
              <ColumnHead className="w-36">Last</ColumnHead>
            </CardTableHead>
            <CardTableBody>
              {(all === null ? sources : sources.slice(0, SHOWN)).map((each) => (
                <Address key={each.source} of={each} most={most} allowedIps={allowedIps} />
              ))}
            </CardTableBody>
          </CardTable>
        </>
      )}
      {all !== null && sources.length > SHOWN && (
        <p className="border-border border-t px-4 py-2.75 text-label sm:px-5">
          <Link href={all}>See all {sources.length} addresses</Link>
        </p>
      )}
    </KeyPanel>
  );
}

type Props = { of: Source; most: number; allowedIps: readonly string[] | null };

const Address = ({ of: { source, accepted, refused, lastAt }, most, allowedIps }: Props) => (
  <Row>
    <Cell>
      <span className="wrap-anywhere font-mono text-small">{sourceWords(source)}</span>
      {allowedIps && isSource(source) && <span className="secondary-line">{allowedWords(source, allowedIps)}</span>}
    </Cell>
    <Cell data-label="Requests" className="tabular-nums md:text-end">
      <div>
        {accepted > 0 && accepted.toLocaleString("en")}
        {accepted > 0 && refused > 0 && ", "}
        {refused > 0 && `${refused.toLocaleString("en")} refused`}
        {accepted > 0 && (
          <span
            aria-hidden="true"
            className="mt-1.5 ml-auto block h-1 rounded-xs bg-primary max-md:hidden"
            style={{ width: `${Math.max((100 * accepted) / most, 1)}%` }}
          />
        )}
      </div>
    </Cell>
    <Cell data-label="Last">
      <div>
        <Time at={lastAt} as="date" />
        <span className="secondary-line">
          <Time at={lastAt} as="time" />
        </span>
      </div>
    </Cell>
  </Row>
);
