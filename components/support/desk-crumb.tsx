import { buttonClass } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Link } from "@/components/ui/link";

export const DeskCrumb = () => (
  <nav aria-label="Countersign" className="flex min-h-6 items-center border-border border-l pl-3 sm:ml-1.5 sm:pl-4.5">
    <Link href="/support" className={cx(buttonClass({ variant: "ghost" }), "-my-1.5 -ml-2.5 px-2.5!")}>
      Support desk
    </Link>
  </nav>
);
