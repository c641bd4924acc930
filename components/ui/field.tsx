import type { ReactNode } from "react";
import { Refusal } from "./refusal";

export type FieldProps = {
  label: string;
  optional?: boolean;
  /** At the other end of the label, instead of "Optional". */
  aside?: ReactNode;
  help?: ReactNode;
  refusal?: ReactNode;
};

/** The ARIA attributes that connect a control to its field's help and refusal. */
export const describedBy = (id: string, { help, refusal }: Pick<FieldProps, "help" | "refusal">) => ({
  "aria-describedby": refusal ? `${id}-refusal` : help ? `${id}-help` : undefined,
  "aria-invalid": refusal ? true : undefined,
});

/** A label, a control with the given `id`, and below it the refusal or the help. */
export function Field({
  id,
  label,
  optional,
  aside = optional && "Optional",
  help,
  refusal,
  children,
}: FieldProps & { id: string; children: ReactNode }) {
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 flex justify-between gap-3 font-label text-label">
        {label}
        {aside && <span className="font-normal text-subtle-foreground">{aside}</span>}
      </label>
      {children}
      {refusal && <Refusal id={`${id}-refusal`}>{refusal}</Refusal>}
      {help && !refusal && (
        <p id={`${id}-help`} className="mt-1.5 text-subtle-foreground text-small">
          {help}
        </p>
      )}
    </div>
  );
}
