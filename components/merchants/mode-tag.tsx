import { FlaskConical } from "lucide-react";
import { cx } from "@/components/ui/cx";
import { Icon } from "@/components/ui/icon";
import type { Mode } from "@/lib/merchants/queries";

/** Whether a merchant's payments are real, as a word beside its name. */
export const ModeTag = ({ mode, small }: { mode: Mode; small?: boolean }) => (
  <span
    className={cx(
      "inline-flex items-center gap-1 whitespace-nowrap rounded-chip border font-[600] tracking-normal",
      small ? "h-5 px-1.5 text-[0.75rem] leading-4.5" : "h-5.5 px-1.75 text-small",
      mode === "live"
        ? "border-muted-foreground text-foreground"
        : "border-border-strong border-dashed text-muted-foreground",
    )}
  >
    {mode === "test" && <Icon of={FlaskConical} size={12} />}
    {mode === "live" ? "Live" : "Test"}
  </span>
);

/** "Nordwind Trading, Live": the subject of a dialog. */
export const MerchantName = ({ name, mode }: { name: string; mode: Mode }) => (
  <>
    <span className="wrap-anywhere min-w-0">
      {name}
      <span className="sr-only">, </span>
    </span>
    <ModeTag mode={mode} small />
  </>
);
