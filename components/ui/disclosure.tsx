import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";

/** A collapsed question; the answer opens below it. */
export function Disclosure({ title, hint, children }: { title: ReactNode; hint?: ReactNode; children: ReactNode }) {
  return (
    <details className="group border-border border-t first:border-t-0">
      <summary className="flex items-start gap-3 px-4 py-3.25 text-label hover:bg-sunken focus-visible:-outline-offset-2 sm:px-5">
        <Icon
          of={ChevronRight}
          className="mt-0.5 shrink-0 text-subtle-foreground transition-[rotate] group-open:rotate-90"
        />
        <span>
          <span className="font-label">{title}</span>
          {hint && <span className="block text-subtle-foreground text-small">{hint}</span>}
        </span>
      </summary>
      <div className="grid gap-2 px-4 pt-1 pb-4 pl-11 text-muted-foreground sm:px-5 sm:pl-12">{children}</div>
    </details>
  );
}
