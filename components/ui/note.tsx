import { Info, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import { cx } from "./cx";

const tones = {
  warning: "border-warning-border bg-warning-bg text-warning",
  danger: "border-danger-border bg-danger-bg text-danger",
  plain: "border-border bg-sunken text-muted-foreground",
};

type Props = {
  tone: keyof typeof tones;
  /** Instead of the tone's icon. */
  icon?: LucideIcon;
  /** The first sentence, bold and in the tone's colour. */
  lead?: ReactNode;
  children?: ReactNode;
  /** A button or link at the end; on phones below the text. */
  remedy?: ReactNode;
  role?: "alert" | "status";
  id?: string;
};

/** Something to know before the next click. */
export function Note({ tone, icon, lead, children, remedy, role, id }: Props) {
  return (
    <div
      id={id}
      role={role}
      className={cx("flex flex-wrap items-center gap-3 rounded-card border px-4 py-3.25 sm:flex-nowrap", tones[tone])}
    >
      <Icon of={icon ?? (tone === "plain" ? Info : TriangleAlert)} size={18} className="mt-0.5 shrink-0 self-start" />
      <div className="min-w-0 flex-1">
        {lead && <p className="font-[620]">{lead}</p>}
        {children && <div className={cx(!!lead && "mt-0.5 text-foreground")}>{children}</div>}
      </div>
      {remedy}
    </div>
  );
}

/** The alert of a whole page, with its one remedy. */
export const Banner = (props: Omit<Props, "role">) => (
  <div className="mb-6">
    <Note {...props} role="alert" />
  </div>
);
