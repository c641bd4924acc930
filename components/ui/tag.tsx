import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** A framed word, such as "Support" or "Read only". */
export const Tag = ({ icon: Icon, children }: { icon: LucideIcon; children: ReactNode }) => (
  <span className="inline-flex items-center gap-1.5 whitespace-nowrap rounded-chip border border-border-strong px-2 py-px font-[560] text-muted-foreground text-small">
    <Icon aria-hidden size={14} strokeWidth={1.75} />
    {children}
  </span>
);
