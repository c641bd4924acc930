import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";

/** What was refused and what to do, under its field (which refers to it by `aria-describedby`). */
export function Refusal({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} className="mt-2 flex gap-2 font-[480] text-danger text-label">
      <Icon of={CircleAlert} className="mt-0.5 shrink-0" />
      <span className="min-w-0 wrap-anywhere">{children}</span>
    </p>
  );
}
