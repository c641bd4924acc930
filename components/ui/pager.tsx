"use client";

import { type ReactNode, useEffect } from "react";
import { Link } from "@/components/ui/link";
import { buttonClass } from "./button";

type Props = {
  children: ReactNode;
  newest?: string;
  older?: string;
  words?: [first: string, next: string];
  /** The ID of the heading above the paged list; without it, the page's title. */
  heading?: string;
};

/** The pager whose link was pressed, and what it showed then. */
let turned: { heading: string | undefined; from: string } | null = null;

/**
 * The number of items, then "Newest" (from the second page) and "Older"; no buttons if everything
 * is shown. After a page turn the focus moves to the heading, so that the keyboard starts there.
 */
export function Pager({ children, newest, older, words: [first, next] = ["Newest", "Older"], heading }: Props) {
  const shown = `${newest} ${older}`;
  const turn = () => {
    turned = { heading, from: shown };
  };
  useEffect(() => {
    if (!turned || turned.heading !== heading || turned.from === shown) return;
    turned = null;
    const title = heading ? document.getElementById(heading) : document.querySelector<HTMLElement>("h1");
    title?.focus();
  }, [heading, shown]);
  return (
    <div className="flex flex-col justify-between gap-3 border-border border-t px-4 py-3 sm:flex-row sm:items-center sm:px-5">
      <p className="text-muted-foreground text-small tabular-nums">{children}</p>
      {(newest || older) && (
        <nav aria-label="Pages" className="flex gap-3">
          {newest && (
            <Link href={newest} onClick={turn} className={buttonClass({ size: "row" })}>
              {first}
            </Link>
          )}
          {older && (
            <Link href={older} onClick={turn} className={buttonClass({ size: "row" })}>
              {next}
            </Link>
          )}
        </nav>
      )}
    </div>
  );
}
