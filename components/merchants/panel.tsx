import { type ReactNode, useId } from "react";
import { Sheet } from "@/components/ui/sheet";

/** A sheet with a heading and one line about it. */
export function Panel({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  const id = useId();
  return (
    <Sheet labelledBy={id}>
      <div className="border-border border-b px-4 pt-4.5 pb-3.5 sm:px-5">
        <h2 id={id} className="type-heading">
          {title}
        </h2>
        <p className="text-subtle-foreground text-small">{about}</p>
      </div>
      {children}
    </Sheet>
  );
}
