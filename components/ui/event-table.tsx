import type { ComponentProps, ReactNode } from "react";

/*
 * A table of what happened, a row group a day. On phones its rows are grids, and some browsers then forget that they are table rows:
 * hence the explicit roles.
 */
export const Log = ({ caption, children }: { caption: string; children: ReactNode }) => (
  <table className="log" {...role("table")}>
    <caption className="sr-only">{caption}</caption>
    {children}
  </table>
);

export const LogHead = ({ children }: { children: ReactNode }) => (
  <thead {...role("rowgroup")}>
    <LogRow>{children}</LogRow>
  </thead>
);

export const LogColumn = (props: ComponentProps<"th">) => <th scope="col" {...role("columnheader")} {...props} />;

export const LogDay = ({ day, columns, children }: { day: string; columns: number; children: ReactNode }) => (
  <tbody {...role("rowgroup")}>
    <LogRow>
      <th scope="rowgroup" colSpan={columns} {...role("rowheader")}>
        {day}
      </th>
    </LogRow>
    {children}
  </tbody>
);

export const LogRow = (props: ComponentProps<"tr">) => <tr {...role("row")} {...props} />;

/** Classes `when`, `what`, `who` and `from` say where it stands on a phone. */
export const LogCell = (props: ComponentProps<"td">) => <td {...role("cell")} {...props} />;

const role = (name: string) => ({ role: name });
