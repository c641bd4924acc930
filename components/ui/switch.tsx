import { Switch as Base } from "@base-ui/react/switch";
import { useId } from "react";

/** Takes effect at once. The text beside it is its accessible name. */
export function Switch({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange(checked: boolean): void;
}) {
  const id = useId();
  return (
    <span className="inline-flex min-h-8 items-center gap-2.5 font-label">
      <Base.Root
        nativeButton
        render={<button type="button" />}
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        className="relative h-6 w-10 shrink-0 rounded-full border border-border-strong bg-sunken transition-colors data-checked:border-primary data-checked:bg-primary"
      >
        <Base.Thumb className="absolute top-0.75 left-0.75 size-4 rounded-full bg-border-strong transition-[translate] data-checked:translate-x-4 data-checked:bg-primary-foreground" />
      </Base.Root>
      <label htmlFor={id} className="cursor-pointer">
        {label}
      </label>
    </span>
  );
}
