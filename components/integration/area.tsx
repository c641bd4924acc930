import { type ComponentProps, useId } from "react";
import { Field } from "@/components/ui/field";

/** A labelled input for several lines of code. */
export function Area({ label, narrow, ...area }: ComponentProps<"textarea"> & { label: string; narrow?: boolean }) {
  const id = useId();
  return (
    <Field id={id} label={label}>
      <textarea {...area} id={id} rows={2} className="code-textarea" data-narrow={narrow} />
    </Field>
  );
}
