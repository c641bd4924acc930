import type { ReactNode } from "react";
import { wrap } from "@/components/shell/wrap";
import { cx } from "@/components/ui/cx";

type Props = { name: string; number: number; standing: string; switcher: ReactNode; tabs: ReactNode };

/** Which merchant this is, and who you are at it. */
export const MerchantHead = ({ name, number, standing, switcher, tabs }: Props) => (
  <section aria-label={name} className="border-line border-b bg-surface">
    <div className={cx(wrap, tabs ? "pt-5 sm:pt-7" : "py-5 sm:py-7")}>
      <div className="flex flex-wrap items-center gap-x-1.5 gap-y-0.5">
        <p id="merchant" className="t-display">
          {name}
        </p>
        {switcher}
        <p className="basis-full text-ink-2 tabular-nums sm:ml-2.5 sm:basis-auto sm:pt-1.25">
          Merchant {number}, {standing}
        </p>
      </div>
      {tabs}
    </div>
  </section>
);
