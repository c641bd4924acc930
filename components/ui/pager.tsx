import type { ReactNode } from "react";
import { Link } from "@/components/ui/link";
import { buttonClass } from "./button";

type Props = { children: ReactNode; newest?: string; older?: string; words?: [first: string, next: string] };

/** What is shown, then "Newest" (from the second page) and "Older". Where all is shown there are no buttons. */
export function Pager({ children, newest, older, words: [first, next] = ["Newest", "Older"] }: Props) {
  return (
    <div className="flex flex-col justify-between gap-3 border-line border-t px-4 py-3 sm:flex-row sm:items-center sm:px-5">
      <p className="text-ink-2 text-small tabular-nums">{children}</p>
      {(newest || older) && (
        <nav aria-label="Pages" className="flex gap-3">
          {newest && <Step href={newest}>{first}</Step>}
          {older && <Step href={older}>{next}</Step>}
        </nav>
      )}
    </div>
  );
}

const Step = ({ href, children }: { href: string; children: string }) => (
  <Link href={href} className={buttonClass({ size: "row" })}>
    {children}
  </Link>
);
