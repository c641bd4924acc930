import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";

/** A framed word, such as "Support" or "Read only". */
export const Tag = ({ icon, children }: { icon: LucideIcon; children: ReactNode }) => (
  <span className="inline-flex items-center gap-1.5 whitespace-nowrap rounded-chip border border-border-strong px-2 py-px font-[560] text-muted-foreground text-small">
    <Icon of={icon} size={14} />
    {children}
  </span>
);
