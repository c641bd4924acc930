import type { ComponentProps, ReactNode } from "react";

/*
 * A table whose rows are cards below 960 px. The cards are CSS grids, and some browsers then drop
 * the table semantics, so the roles are explicit.
 */
export const CardTable = ({ caption, children }: { caption: string; children: ReactNode }) => (
  <table className="card-table" {...role("table")}>
    <caption className="sr-only">{caption}</caption>
    {children}
  </table>
);

export const CardTableHead = ({ children }: { children: ReactNode }) => (
  <thead {...role("rowgroup")}>
    <Row>{children}</Row>
  </thead>
);

export const CardTableBody = ({ children }: { children: ReactNode }) => <tbody {...role("rowgroup")}>{children}</tbody>;

export const ColumnHead = (props: ComponentProps<"th">) => <th scope="col" {...role("columnheader")} {...props} />;

/** `data-state="active"` and `"deactivating"` draw the row's edge and background. */
export const Row = (props: ComponentProps<"tr"> & { "data-state"?: string }) => <tr {...role("row")} {...props} />;

/**
 * On a card, `data-label` comes before the value; class `split-cell` puts the parts at both ends.
 */
export const Cell = (props: ComponentProps<"td"> & { "data-label"?: string }) => <td {...role("cell")} {...props} />;

const role = (name: string) => ({ role: name });
