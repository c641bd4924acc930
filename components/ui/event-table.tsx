import type { ComponentProps, ReactNode } from "react";

/*
 * A table of events, one row group per day. On phones its rows are CSS grids, and some browsers
 * then drop the table semantics, so the roles are explicit.
 */
export const EventTable = ({ caption, children }: { caption: string; children: ReactNode }) => (
  <table className="event-table" {...role("table")}>
    <caption className="sr-only">{caption}</caption>
    {children}
  </table>
);

export const EventTableHead = ({ children }: { children: ReactNode }) => (
  <thead {...role("rowgroup")}>
    <EventTableRow>{children}</EventTableRow>
  </thead>
);

export const EventTableColumn = (props: ComponentProps<"th">) => (
  <th scope="col" {...role("columnheader")} {...props} />
);

export const EventTableDay = ({ day, columns, children }: { day: string; columns: number; children: ReactNode }) => (
  <tbody {...role("rowgroup")}>
    <EventTableRow>
      <th scope="rowgroup" colSpan={columns} {...role("rowheader")}>
        {day}
      </th>
    </EventTableRow>
    {children}
  </tbody>
);

export const EventTableRow = (props: ComponentProps<"tr">) => <tr {...role("row")} {...props} />;

/** The classes `when`, `what`, `who` and `from` set the cell's place on phones. */
export const EventTableCell = (props: ComponentProps<"td">) => <td {...role("cell")} {...props} />;

const role = (name: string) => ({ role: name });
