import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { Icon } from "@/components/ui/icon";
import { cx } from "./cx";

const sizes = {
  row: "size-11 md:size-8",
  plain: "size-11 sm:size-9",
};

/**
 * An icon without text: only for copy, edit, close, switch, account and more. `label` names it.
 */
export function IconButton({
  icon,
  label,
  size = "row",
  className,
  ...rest
}: Omit<ComponentProps<"button">, "aria-label" | "children"> & {
  icon: LucideIcon;
  label: string;
  size?: keyof typeof sizes;
}) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      data-tip={label}
      className={cx(
        "inline-grid shrink-0 place-items-center rounded-control text-muted-foreground transition-colors hover:bg-sunken hover:text-foreground",
        sizes[size],
        className,
      )}
    >
      <Icon of={icon} />
    </button>
  );
}
