"use client";

import { type ClipboardEvent, type ReactNode, type Ref, useId } from "react";
import { codeDigits } from "./code-digits";
import { describedBy, Field } from "./field";

const boxes = ["first", "second", "third", "fourth", "fifth", "sixth"];

type Props = {
  value: string;
  onChange(code: string): void;
  label?: string;
  help?: ReactNode;
  refusal?: ReactNode;
  disabled?: boolean;
  autoFocus?: boolean;
  ref?: Ref<HTMLInputElement>;
};

/**
 * The 2FA code: one native input over six drawn boxes. For paste, autofill and screen readers it
 * is a plain field.
 */
export function OtpInput({ value, onChange, label = "2FA code", help, refusal, disabled, autoFocus, ref }: Props) {
  const id = useId();
  const paste = (event: ClipboardEvent) => {
    event.preventDefault();
    onChange(codeDigits(event.clipboardData.getData("text")));
  };
  return (
    <Field id={id} label={label} help={help} refusal={refusal}>
      <div className="otp" data-length={value.length} data-invalid={refusal ? "" : undefined}>
        {boxes.map((box) => (
          <i key={box} />
        ))}
        <input
          ref={ref}
          id={id}
          {...describedBy(id, { help, refusal })}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9]{6}"
          spellCheck={false}
          // biome-ignore lint/a11y/noAutofocus: the only field, and the user has just asked for it
          autoFocus={autoFocus}
          disabled={disabled}
          value={value}
          onPaste={paste}
          onChange={(event) => onChange(codeDigits(event.target.value))}
        />
      </div>
    </Field>
  );
}
