import { KeyGroups } from "@/components/ui/key-groups";
import { Cell, ColumnHead, Ledger, LedgerBody, LedgerHead, Row } from "@/components/ui/ledger";
import { Pager } from "@/components/ui/pager";
import { Stamp } from "@/components/ui/stamp";
import type { SupportKey, SupportKeyPage } from "@/lib/support/keys";
import type { SupportMerchant } from "@/lib/support/merchant";
import { KeyAddresses } from "./key-addresses";
import { KeyDates } from "./key-dates";
import { KeyHistory } from "./key-history";

/** The keys of a merchant: the columns of its Owners' list, and below each row who did what to the key. */
export function KeyLedger({ merchant, page: { keys, older, newest } }: { merchant: SupportMerchant; page: SupportKeyPage }) {
  const here = `/support/merchants/${merchant.id}`;
  if (keys.length === 0) return <p className="text-ink-2">{newest ? "No API key was generated yet." : "There are no older keys."}</p>;
  return (
    <div className="desk md:overflow-hidden md:rounded-sheet md:border md:border-line md:bg-surface">
      <Ledger caption={`API keys of ${merchant.name}`}>
        <LedgerHead>
          <ColumnHead>ID</ColumnHead>
          <ColumnHead>Key</ColumnHead>
          <ColumnHead>IPs</ColumnHead>
          <ColumnHead>Activated at</ColumnHead>
          <ColumnHead className="history">
            <span className="sr-only">History</span>
          </ColumnHead>
        </LedgerHead>
        <LedgerBody>
          {keys.map((key) => (
            <KeyLine key={key.id} of={key} />
          ))}
        </LedgerBody>
      </Ledger>
      <Pager newest={newest ? undefined : here} older={older === null ? undefined : `${here}?before=${older}`}>
        {keys.length === 1 ? "1 key" : `${keys.length} keys`}, {newest ? "the active one first, then newest first" : "newest first"}
      </Pager>
    </div>
  );
}

const KeyLine = ({ of }: { of: SupportKey }) => (
  <Row data-state={of.state}>
    <Cell className="spread">
      <span className="font-[620] tabular-nums">{of.number}</span>
      <span className="mt-0.5 block max-md:mt-0">
        <Stamp state={of.state} />
      </span>
    </Cell>
    <Cell>
      <KeyGroups value={of.key} struck={of.state === "retired"} />
    </Cell>
    <Cell data-label="IPs">
      <KeyAddresses of={of} />
    </Cell>
    <Cell data-label="Activated at">
      <KeyDates of={of} />
    </Cell>
    <Cell className="history">
      <KeyHistory of={of} />
    </Cell>
  </Row>
);
