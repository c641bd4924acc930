"use client";

import type { ReactNode, Ref } from "react";
import { NextCode, useNextCode } from "@/components/forms/next-code";
import { OtpInput } from "@/components/ui/otp-input";
import { describe as sentence } from "@/lib/words/refusals/refusals";
import type { Form } from "./use-form";

type Props = {
  form: Form;
  code: string;
  onChange(code: string): void;
  input?: Ref<HTMLInputElement>;
  autoFocus: boolean;
  children: ReactNode;
};

/** The six digits. While the device still shows a used code, a countdown to the next one. */
export function CodeInput({ form, code, onChange, input, autoFocus, children }: Props) {
  const seconds = useNextCode(form.nextCodeAt);
  const used = form.trouble?.refusal?.code === "code_used";
  const text = used && seconds !== null ? sentence({ code: "code_used", seconds }) : form.refusalOf("code");
  return (
    <div>
      <OtpInput
        ref={input}
        value={code}
        onChange={onChange}
        autoFocus={autoFocus}
        refusal={used && seconds === null ? undefined : text}
        help={
          seconds === null
            ? "Six digits from your authenticator app."
            : "You already used the current code. Enter the next one."
        }
      />
      {seconds !== null && <NextCode seconds={seconds} />}
      {children}
    </div>
  );
}
