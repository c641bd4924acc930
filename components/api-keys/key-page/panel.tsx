import { type ReactNode, useId } from "react";
import { Sheet } from "@/components/ui/sheet";

/** A section of the page. `aside` is at the other end of the title's line. */
export function KeyPanel({
  title,
  aside,
  children,
  className,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <Sheet labelledBy={id} className={`overflow-hidden ${className ?? ""}`}>
      <div className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-border border-b px-4 py-2.5 sm:py-2 sm:pr-3 sm:pl-5">
        <h2 id={id} className="type-heading">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </Sheet>
  );
}
