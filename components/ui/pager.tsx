"use client";

import { type ReactNode, useEffect } from "react";
import { Link } from "@/components/ui/link";
import { buttonClass } from "./button";

type Props = {
  children: ReactNode;
  newest?: string;
  older?: string;
  words?: [first: string, next: string];
  /** The id of the heading of what is paged; the page's title where it has none of its own. */
  heading?: string;
};

/** The pager whose link was followed; what it showed then. */
let turned: { heading: string | undefined; from: string } | null = null;

/**
 * What is shown, then "Newest" (from the second page) and "Older". Where all is shown there are no
 * buttons. A page that was turned begins at its heading, for the keyboard too.
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
    <div className="flex flex-col justify-between gap-3 border-line border-t px-4 py-3 sm:flex-row sm:items-center sm:px-5">
      <p className="text-ink-2 text-small tabular-nums">{children}</p>
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
