import type { ReactNode } from "react";

/** One address or network. On narrow screens it wraps; it is never truncated. */
export const Chip = ({ children }: { children: ReactNode }) => (
  <span className="ip-address inline-flex min-h-5.5 items-center rounded-chip border border-border bg-sunken px-1.75 font-[440] text-small md:whitespace-nowrap">
    {children}
  </span>
);

/** For "and 2 others", which opens the rest. */
export const moreLinkClass =
  "text-small text-link leading-[1.375rem] underline decoration-1 decoration-link/40 underline-offset-3 hover:decoration-current";
