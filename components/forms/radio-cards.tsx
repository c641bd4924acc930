"use client";

import { type ReactNode, useId } from "react";
import { Refusal } from "@/components/ui/refusal";

export type RadioCard<R extends string> = { value: R; name: string; consequence: ReactNode };

type Props<R extends string> = {
  legend?: string;
  help?: string;
  reasons: RadioCard<R>[];
  chosen: R | null;
  onChoose(reason: R): void;
  refusal?: string;
};

/** A choice, such as why a key is deactivated. Each option states its consequence up front. */
export function RadioCards<R extends string>({
  legend = "Reason",
  help,
  reasons,
  chosen,
  onChoose,
  refusal,
}: Props<R>) {
  const id = useId();
  return (
    <fieldset aria-describedby={refusal ? `${id}-refusal` : help && `${id}-help`}>
      <legend className="mb-1.5 font-label text-label">{legend}</legend>
      <div className="overflow-hidden rounded-card border border-border">
        {reasons.map(({ value, name, consequence }) => (
          <label
            key={value}
            className="grid cursor-pointer grid-cols-[20px_1fr] gap-x-3 border-border px-4 py-3.25 not-first:border-t has-checked:bg-primary-subtle has-focus-visible:outline-2 has-focus-visible:outline-ring has-focus-visible:-outline-offset-2"
          >
            <input
              type="radio"
              name={id}
              checked={chosen === value}
              aria-invalid={refusal ? true : undefined}
              aria-labelledby={`${id}-${value}`}
              aria-describedby={`${id}-${value}-then`}
              onChange={() => onChoose(value)}
              className="mt-0.5 size-4.5 cursor-pointer appearance-none rounded-full border-[1.5px] border-border-strong bg-surface outline-none checked:border-[5.5px] checked:border-primary aria-invalid:border-danger"
            />
            <span>
              <span id={`${id}-${value}`} className="block font-label">
                {name}
              </span>
              <span id={`${id}-${value}-then`} className="mt-px block text-muted-foreground text-small">
                {consequence}
              </span>
            </span>
          </label>
        ))}
      </div>
      {refusal && <Refusal id={`${id}-refusal`}>{refusal}</Refusal>}
      {help && !refusal && (
        <p id={`${id}-help`} className="mt-1.5 text-subtle-foreground text-small">
          {help}
        </p>
      )}
    </fieldset>
  );
}
