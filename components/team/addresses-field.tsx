"use client";

import { useId } from "react";
import { cx } from "@/components/ui/cx";
import { describedBy, Field } from "@/components/ui/field";
import { readAddresses } from "@/lib/merchants/team/addresses";

type Props = { text: string; onChange(text: string): void; refusal?: string };

/** One or more addresses. Grows with them up to a few lines, then scrolls. */
export function AddressesField({ text, onChange, refusal }: Props) {
  const id = useId();
  const { length } = readAddresses(text).emails;
  const help = "To add several users, separate their addresses with commas, spaces or lines.";
  return (
    <Field id={id} label="Email" aside={length > 1 && `${length} addresses`} help={help} refusal={refusal}>
      <textarea
        id={id}
        name="email"
        rows={1}
        inputMode="email"
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        {...describedBy(id, { help, refusal })}
        className={cx(
          "field-sizing-content block max-h-38 min-h-11 w-full resize-none rounded-control border bg-surface px-3 py-2.25 text-input wrap-anywhere focus-visible:border-ring focus-visible:-outline-offset-1 in-[[role=dialog]]:bg-inset",
          refusal ? "border-danger" : "border-border-strong",
        )}
      />
    </Field>
  );
}
