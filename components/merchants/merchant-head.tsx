import { FlaskConical } from "lucide-react";
import type { ReactNode } from "react";
import { containerClass } from "@/components/shell/container";
import { cx } from "@/components/ui/cx";
import { Icon } from "@/components/ui/icon";
import type { MerchantHead as Head } from "@/lib/merchants/queries";
import { ModeTag } from "./mode-tag";

type Props = Omit<Head, "version"> & { ownRole: string; switcher: ReactNode; tabs: ReactNode };

/** Which merchant this is, whether its payments are real, and the user's role. */
export const MerchantHead = ({ name, number, mode, ownRole, switcher, tabs }: Props) => (
  <section aria-label={name} className="border-border border-b bg-surface">
    {mode === "test" && <TestBand />}
    <div className={cx(containerClass, tabs ? "pt-5 sm:pt-7" : "py-5 sm:py-7")}>
      <div className="flex flex-wrap items-center gap-x-1.5 gap-y-0.5">
        <p id="merchant" className="type-display">
          {name}
        </p>
        <span className="ml-1 sm:mt-0.75 sm:ml-2">
          <ModeTag mode={mode} />
        </span>
        {switcher}
        <p className="basis-full text-muted-foreground tabular-nums sm:ml-2.5 sm:basis-auto sm:pt-1.25">
          Merchant {number}, {ownRole}
        </p>
      </div>
      {tabs}
    </div>
  </section>
);

const TestBand = () => (
  <div className="border-border-strong border-b border-dashed bg-sunken">
    <p className={cx(containerClass, "flex min-h-9 items-center gap-2.25 py-1.75 text-muted-foreground text-label")}>
      <Icon of={FlaskConical} className="shrink-0" />
      <span>
        <b className="font-[600] text-foreground">Test merchant.</b> Its payments are not real.
      </span>
    </p>
  </div>
);
