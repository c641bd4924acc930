import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";

/** A collapsed part of a form that most people do not need. */
export const OptionalSection = ({ title, children }: { title: string; children: ReactNode }) => (
  <details className="group rounded-card border border-border">
    <summary className="flex items-center gap-3 rounded-card px-4 py-3 text-label hover:bg-sunken">
      <Icon of={ChevronRight} className="shrink-0 text-subtle-foreground transition-[rotate] group-open:rotate-90" />
      <span className="flex-1 font-label">{title}</span>
      <span className="text-subtle-foreground">Optional</span>
    </summary>
    <div className="px-4 pt-1 pb-4 sm:pl-11">{children}</div>
  </details>
);
