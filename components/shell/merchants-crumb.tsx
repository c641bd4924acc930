"use client";

import { usePathname } from "next/navigation";
import { buttonClass } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Link } from "@/components/ui/link";

/** The link back to the list of merchants; not on the list itself. */
export function MerchantsCrumb() {
  if (usePathname() === "/merchants") return null;
  return (
    <nav aria-label="Countersign" className="flex min-h-6 items-center border-border border-l pl-3 sm:ml-1.5 sm:pl-4.5">
      <Link href="/merchants" className={cx(buttonClass({ variant: "ghost" }), "-my-1.5 -ml-2.5 px-2.5!")}>
        Merchants
      </Link>
    </nav>
  );
}
