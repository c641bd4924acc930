"use client";

import { OtpInput } from "@/components/ui/otp-input";
import { describe as sentence } from "@/lib/refusals";
import { own } from "./trouble";
import type { Form } from "./use-form";

/** The 2FA code of a dialog. */
export function CodeField({ form, code, onChange }: { form: Form; code: string; onChange(code: string): void }) {
  return <OtpInput value={code} onChange={onChange} refusal={form.refusalOf("code")} help="Six digits from your authenticator app." />;
}

/** Whether the code can be sent; says under the field why not. */
export function codeIsWhole(form: Form, code: string): boolean {
  if (/^[0-9]{6}$/.test(code)) return true;
  form.refuse(own("code", sentence({ code: "code_malformed" })));
  return false;
}
