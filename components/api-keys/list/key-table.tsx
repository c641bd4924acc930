"use client";

import { KeyGroups } from "@/components/key-state/key-groups";
import { Stamp } from "@/components/key-state/stamp";
import { CardTable, CardTableBody, CardTableHead, Cell, ColumnHead, Row } from "@/components/ui/card-table";
import { CopyButton } from "@/components/ui/copy-button";
import { Link } from "@/components/ui/link";
import { ActivatedAt } from "../../key-state/activated-at";
import type { ShownKey } from "../../key-state/last-used";
import { LastUsed } from "../../key-state/usage-lines";
import { IpsCell } from "./ips-cell";
import { RowActions } from "./row-actions";

/**
 * The keys, two lines per row on the same two baselines. Rows are rendered in the browser from
 * a few values per key; as server-rendered elements they would be ten times as large.
 */
export const KeyTable = ({ caption, keys }: { caption: string; keys: ShownKey[] }) => (
  <CardTable caption={caption}>
    <CardTableHead>
      <ColumnHead className="md:w-35">ID</ColumnHead>
      <ColumnHead>Key</ColumnHead>
      <ColumnHead className="md:w-44">IPs</ColumnHead>
      <ColumnHead className="md:w-36 lg:w-41.5">Activated at</ColumnHead>
      <ColumnHead className="md:w-43">Last used</ColumnHead>
      <ColumnHead className="md:w-44">Action</ColumnHead>
    </CardTableHead>
    <CardTableBody>
      {keys.map((row) => (
        <KeyLine key={row.id} row={row} />
      ))}
    </CardTableBody>
  </CardTable>
);

const KeyLine = ({ row }: { row: ShownKey }) => (
  <Row id={`key-${row.number}`} data-state={row.state}>
    <Cell className="split-cell">
      <span className="min-w-0">
        <Link href={`api-keys/${row.number}`} className="me-2 font-[620] text-foreground tabular-nums">
          {row.number}
        </Link>
        {row.note && <span className="wrap-anywhere inline-block text-muted-foreground text-small">{row.note}</span>}
      </span>
      <span className="mt-0.5 block max-md:mt-0">
        <Stamp state={row.state} />
      </span>
    </Cell>
    <Cell>
      <div className="flex flex-wrap items-center gap-x-1.5 max-md:justify-between">
        <span data-key="">
          <KeyGroups value={row.key} struck={row.state === "retired"} />
        </span>
        <CopyButton
          text={row.key}
          label={`Copy key ${row.number}`}
          done={`Key ${row.number} copied`}
          className="max-md:-my-1 max-md:-mr-2"
        />
      </div>
    </Cell>
    <Cell data-label="IPs">
      <IpsCell row={row} />
    </Cell>
    <Cell data-label="Activated at">
      <ActivatedAt row={row} />
    </Cell>
    <Cell data-label="Last used">
      <LastUsed of={row} />
    </Cell>
    <Cell>
      <RowActions row={row} />
    </Cell>
  </Row>
);
