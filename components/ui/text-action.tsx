import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { Icon } from "@/components/ui/icon";

/** An alternative to what is asked for, such as "Use a passkey instead". */
export const TextAction = ({ icon, children, ...button }: ComponentProps<"button"> & { icon: LucideIcon }) => (
  <button
    type="button"
    {...button}
    className="inline-flex min-h-11 items-center gap-2 font-[540] text-label text-link underline decoration-1 underline-offset-3 sm:min-h-7"
  >
    <Icon of={icon} />
    {children}
  </button>
);

export const TextActions = ({ children }: { children: ReactNode }) => (
  <div className="mt-1 grid justify-items-start gap-0.5 sm:mt-2.5">{children}</div>
);
