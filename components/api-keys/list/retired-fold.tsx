"use client";

import { ChevronRight } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type ReactNode, type ToggleEvent, useTransition } from "react";
import { Icon } from "@/components/ui/icon";

type Props = { count: number; open: boolean; href: Route; children: ReactNode };

/**
 * The retired keys, after the others. They are read from the database when the section is
 * opened; from then on, the URL says that it is open.
 */
export function RetiredFold({ count, open, href, children }: Props) {
  const router = useRouter();
  const [reading, read] = useTransition();
  const toggled = ({ newState }: ToggleEvent<HTMLDetailsElement>) => {
    if (newState === "open" && !open) read(() => router.push(href, { scroll: false }));
  };
  return (
    <details id="retired" open={open} onToggle={toggled} className="group border-border md:border-t md:bg-surface">
      <summary className="flex items-start gap-3 px-4 py-3.25 text-label border-border hover:bg-sunken focus-visible:-outline-offset-2 max-md:mt-3 max-md:rounded-card max-md:border max-md:bg-surface sm:px-5">
        <Icon
          of={ChevronRight}
          className="mt-0.5 shrink-0 text-subtle-foreground transition-[rotate] group-open:rotate-90"
        />
        <span>
          <span className="font-label">{count === 1 ? "1 retired key" : `${count} retired keys`}</span>
          <span className="block text-subtle-foreground text-small">permanent; kept for the record</span>
        </span>
      </summary>
      <div className="border-border max-md:pt-3 md:border-t" aria-busy={reading}>
        {open ? children : <p className="px-4 py-4 text-muted-foreground text-label sm:px-5">Loading…</p>}
      </div>
    </details>
  );
}
