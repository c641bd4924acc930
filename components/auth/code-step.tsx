"use client";

import { Fingerprint, Ticket, UserRound } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { OtpInput } from "@/components/ui/otp-input";
import { Way, Ways } from "@/components/ui/way";
import { describe as sentence } from "@/lib/refusals";

type Props = {
  email: string;
  waiting: boolean;
  refusal: string | null;
  onCode(code: string): void;
  onPasskey(): void;
  onRecovery(): void;
  onLeave(): void;
};

export function CodeStep({ email, waiting, refusal, onCode, onPasskey, onRecovery, onLeave }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState("");
  const [short, setShort] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setShort(code.length !== 6);
    if (code.length !== 6) input.current?.focus();
    else if (!waiting) onCode(code);
  };
  return (
    <form method="post" noValidate onSubmit={submit} className="grid gap-5">
      <div>
        <h1 className="t-display">Enter your 2FA code</h1>
        <p className="mt-1.5 text-ink-2">
          Logging in as <span className="wrap-anywhere text-ink">{email}</span>.
        </p>
      </div>
      <OtpInput
        ref={input}
        autoFocus
        value={code}
        onChange={setCode}
        help="Six digits from your authenticator app."
        refusal={short ? sentence({ code: "code_malformed" }) : refusal}
      />
      <Button type="submit" variant="primary" size="wide" className="max-w-76" waiting={waiting}>
        Log in
      </Button>
      <Ways>
        <Way icon={Fingerprint} onClick={() => !waiting && onPasskey()}>
          Use a passkey instead
        </Way>
        <Way icon={Ticket} onClick={() => !waiting && onRecovery()}>
          Use a recovery code
        </Way>
        <Way icon={UserRound} onClick={onLeave}>
          Use another account
        </Way>
      </Ways>
    </form>
  );
}
