"use client";

import { Fingerprint } from "lucide-react";
import type { Ref } from "react";
import { type Given, PASSKEY } from "@/components/passkeys/prove";
import { OtpInput } from "@/components/ui/otp-input";
import { Way } from "@/components/ui/way";
import { describe as sentence } from "@/lib/refusals";
import { own } from "./trouble";
import type { Form } from "./use-form";

type Props = { form: Form; code: string; onChange(code: string): void; onPasskey(): void; input?: Ref<HTMLInputElement> };

/** The 2FA code of a dialog, and the passkey that may stand in for it. */
export const CodeField = ({ form, code, onChange, onPasskey, input }: Props) => (
  <div>
    <OtpInput
      ref={input}
      value={code}
      onChange={onChange}
      refusal={form.refusalOf("code")}
      help="Six digits from your authenticator app."
    />
    <Way icon={Fingerprint} onClick={onPasskey}>
      Use a passkey instead
    </Way>
  </div>
);

/** Whether there is a passkey or a whole code to send; says under the field why not. */
export function codeIsWhole(form: Form, given: Given): boolean {
  if (given === PASSKEY || /^[0-9]{6}$/.test(given)) return true;
  form.refuse(own("code", sentence({ code: "code_malformed" })));
  return false;
}
