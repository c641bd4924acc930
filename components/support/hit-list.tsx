"use client";

import { ChevronRight } from "lucide-react";
import { usePathname } from "next/navigation";
import { ModeTag } from "@/components/merchants/mode-tag";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import type { Hit } from "@/lib/support/search";
import { HitKey } from "./hit-key";
import type { Found } from "./use-search";

const BY: Record<Hit["by"], string | null> = { name: null, email: "a member's email", key: "one of its API keys" };

/**
 * The search results. Links are never prefetched: opening one counts as a look and is recorded.
 */
export function HitList({
  found: { words, hits, after },
  waiting,
  onMore,
}: {
  found: Found;
  waiting: boolean;
  onMore(): void;
}) {
  const here = usePathname();
  return (
    <div className="overflow-hidden rounded-card border border-border bg-surface">
      <ul>
        {hits.map(({ id, name, mode, number, by, key }) => (
          <li key={id} className="not-first:border-border not-first:border-t">
            <Link
              href={`/support/merchants/${id}`}
              aria-current={here.startsWith(`/support/merchants/${id}`) ? "true" : undefined}
              className="flex items-center gap-3 px-4 py-3 text-foreground no-underline hover:bg-sunken focus-visible:-outline-offset-2 aria-[current]:bg-primary-subtle aria-[current]:shadow-[inset_3px_0_0_var(--primary)]"
            >
              <span className="grid min-w-0 flex-1">
                <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
                  <span className="wrap-anywhere min-w-0 font-[600]">
                    <Marked text={name} words={words} />
                  </span>
                  <ModeTag mode={mode} small />
                </span>
                <span className="flex justify-between gap-3 text-subtle-foreground text-small tabular-nums">
                  <span>Merchant {number}</span>
                  <HitKey of={key} />
                </span>
                {BY[by] && <span className="text-subtle-foreground text-small">found by {BY[by]}</span>}
              </span>
              <Icon of={ChevronRight} className="chevron shrink-0 text-subtle-foreground" />
            </Link>
          </li>
        ))}
      </ul>
      {after !== null && (
        <div className="border-border border-t p-2">
          <Button variant="ghost" size="wide" waiting={waiting} onClick={onMore}>
            More
          </Button>
        </div>
      )}
    </div>
  );
}

/** A text with the search term underlined. */
function Marked({ text, words }: { text: string; words: string }) {
  const wanted = words.trim().toLowerCase();
  const at = text.toLowerCase().indexOf(wanted);
  if (at < 0 || wanted === "") return text;
  return (
    <>
      {text.slice(0, at)}
      <mark className="bg-transparent text-inherit underline decoration-1 underline-offset-3">
        {text.slice(at, at + wanted.length)}
      </mark>
      {text.slice(at + wanted.length)}
    </>
  );
}
