"use client";

import { Fingerprint } from "lucide-react";
import { type Ref, useLayoutEffect, useRef, useState } from "react";
import { type Credential, PASSKEY } from "@/components/forms/passkey-proof";
import { useSecondFactor } from "@/components/forms/second-factor";
import { TextAction } from "@/components/ui/text-action";
import { describe as sentence } from "@/lib/words/refusals/refusals";
import { CodeInput } from "./code-input";
import { CodesLocked, lockedAdvice } from "./codes-locked";
import { clientError } from "./form-error";
import { PasskeyFirst } from "./passkey-first";
import type { Form } from "./use-form";

type Props = {
  form: Form;
  code: string;
  onChange(code: string): void;
  onPasskey(): void;
  input?: Ref<HTMLInputElement>;
};

/** A passkey if the user has one, otherwise the 2FA code. While codes are locked, what remains. */
export function CodeField({ form, code, onChange, onPasskey, input }: Props) {
  const { lock, passkeys } = useSecondFactor();
  const [asked, setAsked] = useState(false);
  const hasPasskey = passkeys.length > 0;
  const by = hasPasskey && (lock || !asked) ? "passkey" : lock ? "locked" : "code";

  const { confirmBy } = form;
  const latest = useRef(onPasskey);
  useLayoutEffect(() => {
    latest.current = onPasskey;
  });
  useLayoutEffect(() => {
    confirmBy(by === "passkey" ? { by, run: () => latest.current() } : { by });
    return () => confirmBy({ by: "nothing" });
  }, [by, confirmBy]);

  const change = (next: string) => {
    form.clear("code");
    onChange(next);
  };
  const askForCode = () => {
    form.clear("code");
    setAsked(true);
  };
  if (by === "code") {
    return (
      <CodeInput form={form} code={code} onChange={change} input={input} autoFocus={asked}>
        {hasPasskey && (
          <TextAction icon={Fingerprint} onClick={() => form.withPasskey(onPasskey)}>
            Use a passkey instead
          </TextAction>
        )}
      </CodeInput>
    );
  }
  return (
    <div className="grid gap-5">
      {lock && <CodesLocked lock={lock} way={hasPasskey ? "Your passkeys still work." : lockedAdvice(lock)} />}
      {by === "passkey" && (
        <PasskeyFirst names={passkeys} refusal={form.refusalOf("code")} onCode={lock ? undefined : askForCode} />
      )}
    </div>
  );
}

/** Whether there is a passkey or a complete code to send. If not, the field says why. */
export function codeIsComplete(form: Form, given: Credential): boolean {
  if (given === PASSKEY || /^[0-9]{6}$/.test(given)) return true;
  form.refuse(clientError("code", sentence({ code: "code_malformed" })));
  return false;
}
