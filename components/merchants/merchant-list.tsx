import { ChevronRight } from "lucide-react";
import { CardTable, CardTableBody, CardTableHead, Cell, ColumnHead, Row } from "@/components/ui/card-table";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import type { KeysStatus } from "@/lib/api-keys/reads/queries";
import type { Mode } from "@/lib/merchants/queries";
import { KeyCell } from "./key-cell";
import { ModeTag } from "./mode-tag";

/** `status` is null if the role may not see it. */
export type MerchantRow = {
  id: string;
  name: string;
  number: number;
  mode: Mode;
  role: string;
  status: KeysStatus | null;
};

export const MerchantList = ({ merchants }: { merchants: MerchantRow[] }) => (
  <>
    <h1 className="type-display">Merchants</h1>
    <p className="mt-1.5 mb-5 text-muted-foreground">
      You belong to {merchants.length === 1 ? "1 merchant" : `${merchants.length} merchants`}. {silent(merchants)}
    </p>
    <div className="md:overflow-hidden md:rounded-card md:border md:border-border md:bg-surface">
      <CardTable caption="Merchants you belong to">
        <CardTableHead>
          <ColumnHead>Merchant</ColumnHead>
          <ColumnHead className="md:w-100">API key</ColumnHead>
          <ColumnHead className="md:w-40">Your role</ColumnHead>
          <td className="chevron-cell" />
        </CardTableHead>
        <CardTableBody>
          {merchants.map((merchant) => (
            <Merchant key={merchant.id} {...merchant} />
          ))}
        </CardTableBody>
      </CardTable>
    </div>
  </>
);

const Merchant = ({ id, name, number, mode, role, status }: MerchantRow) => (
  <Row>
    <Cell>
      <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <Link href={`/merchants/${id}`} className="row-link">
          {name}
        </Link>
        <ModeTag mode={mode} />
      </span>
      <span className="secondary-line">Merchant {number}</span>
    </Cell>
    <Cell>
      <KeyCell status={status} />
    </Cell>
    <Cell data-label="Your role">{role}</Cell>
    <Cell className="chevron-cell" aria-hidden="true">
      <Icon of={ChevronRight} className="ml-auto" />
    </Cell>
  </Row>
);

/** Names, in one sentence, the merchants that currently refuse every signed request. */
function silent(merchants: MerchantRow[]): string {
  const names = merchants.filter(({ status }) => status && !status.active).map(({ name }) => name);
  if (names.length === 0) return "";
  if (names.length === 1) return `${names[0]} has no active key, so its requests are refused.`;
  if (names.length > 3) return `${names.length} of them have no active key, so their requests are refused.`;
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)} have no active key, so their requests are refused.`;
}
