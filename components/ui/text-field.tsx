import { type ComponentProps, useId } from "react";
import { cx } from "./cx";
import { describedBy, Field, type FieldProps } from "./field";

/** One line of text with its label, help and refusal. */
export function TextField({
  label,
  optional,
  help,
  refusal,
  className,
  ...input
}: ComponentProps<"input"> & FieldProps) {
  const id = useId();
  return (
    <Field id={id} label={label} optional={optional} help={help} refusal={refusal}>
      <input
        type="text"
        {...input}
        id={id}
        {...describedBy(id, { help, refusal })}
        className={cx(
          "block h-11 w-full rounded-control border bg-surface px-3 text-input focus-visible:border-ring focus-visible:-outline-offset-1 in-[[role=dialog]]:bg-inset",
          refusal ? "border-danger" : "border-border-strong",
          className,
        )}
      />
    </Field>
  );
}
