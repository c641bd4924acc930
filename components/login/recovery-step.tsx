"use client";

import { Smartphone } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { SupportContact } from "@/components/shell/support";
import { Button } from "@/components/ui/button";
import { TextAction } from "@/components/ui/text-action";
import { TextField } from "@/components/ui/text-field";
import { type Announced, useAnnounced } from "@/components/ui/use-announced";

type Props = { email: string; waiting: boolean; refusal: Announced | null; onCode(code: string): void; onBack(): void };

/**
 * For users who no longer have their device. The number of remaining codes is not shown, because
 * nobody is logged in yet.
 */
export function RecoveryStep({ email, waiting, refusal, onCode, onBack }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState(refusal);
  useEffect(() => setRefused(refusal), [refusal]);
  useAnnounced(refused);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("recoveryCode")).trim();
    if (code && !waiting) return onCode(code);
    if (code) return;
    setRefused({ text: "Enter one of your recovery codes." });
    input.current?.focus();
  };
  return (
    <form method="post" noValidate onSubmit={submit} className="grid gap-5">
      <div>
        <h1 className="type-display">Use a recovery code</h1>
        <p className="mt-1.5 text-muted-foreground">
          It works once. Logging in as <span className="wrap-anywhere text-foreground">{email}</span>.
        </p>
      </div>
      <TextField
        ref={input}
        label="Recovery code"
        name="recoveryCode"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        className="font-mono"
        help="Sixteen letters and digits; spaces do not matter."
        refusal={refused?.text}
        onChange={() => setRefused(null)}
      />
      <Button type="submit" variant="primary" size="wide" waiting={waiting}>
        Log in
      </Button>
      <TextAction icon={Smartphone} onClick={onBack}>
        Use a 2FA code
      </TextAction>
      <p className="text-subtle-foreground text-small">
        No codes left? Contact Support at <SupportContact />. They verify your identity first.
      </p>
    </form>
  );
}
