"use client";

import { Fingerprint, Smartphone, Ticket, UserRound } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { NextCode, useNextCode } from "@/components/forms/next-code";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { OtpInput } from "@/components/ui/otp-input";
import { Refusal } from "@/components/ui/refusal";
import { TextAction, TextActions } from "@/components/ui/text-action";
import { useAnnounced } from "@/components/ui/use-announced";
import { CODE_MALFORMED } from "@/lib/words/refusals/second-factor";
import { usedPasskeyLast } from "./last-method";
import type { Refused } from "./refused";
import { usedCode } from "./used-code";

type Props = {
  email: string;
  waiting: boolean;
  refusal: Refused | null;
  onCode(code: string): void;
  onPasskey(): void;
  onRecovery(): void;
  onLeave(): void;
};

const ALREADY_USED = "You already used this code. Enter the next one.";

/** Asks for the code, or for a passkey if this browser used one last. */
export function CodeStep(props: Props) {
  const [by, setBy] = useState(() => (usedPasskeyLast() ? "passkey" : "code"));
  if (by === "passkey") return <PasskeyFirst {...props} onOther={() => setBy("code")} />;
  return <Code {...props} />;
}

function Code({ email, waiting, refusal, onCode, onPasskey, onRecovery, onLeave }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState("");
  const [used] = useState(usedCode);
  const [shown, setShown] = useState(refusal);
  const seconds = useNextCode(used?.nextAt ?? null);
  useEffect(() => setShown(refusal), [refusal]);
  useAnnounced(shown);

  const refuse = (text: string) => {
    setShown({ text });
    input.current?.focus();
    input.current?.select();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.length !== 6) return refuse(CODE_MALFORMED);
    if (code === used?.code) return refuse(ALREADY_USED);
    if (!waiting) onCode(code);
  };
  const change = (next: string) => {
    setShown(null);
    setCode(next);
  };
  return (
    <form method="post" noValidate onSubmit={submit} className="grid gap-5">
      <Title title="Enter your 2FA code" email={email} />
      <div>
        <OtpInput
          ref={input}
          autoFocus
          value={code}
          onChange={change}
          help={
            seconds === null
              ? "Six digits from your authenticator app."
              : "You already used the current code. Enter the next one."
          }
          refusal={shown?.text}
        />
        {shown?.outdated && <Reload />}
        {seconds !== null && <NextCode seconds={seconds} />}
      </div>
      <Button type="submit" variant="primary" size="wide" className="max-w-76" waiting={waiting}>
        Log in
      </Button>
      <TextActions>
        <TextAction icon={Fingerprint} onClick={() => !waiting && onPasskey()}>
          Use a passkey instead
        </TextAction>
        <OtherWays waiting={waiting} onRecovery={onRecovery} onLeave={onLeave} />
      </TextActions>
    </form>
  );
}

function PasskeyFirst({
  email,
  waiting,
  refusal,
  onPasskey,
  onRecovery,
  onLeave,
  onOther,
}: Props & { onOther(): void }) {
  useAnnounced(refusal);
  return (
    <div className="grid gap-5">
      <Title title="Confirm with your passkey" email={email} />
      <div>
        <Button autoFocus variant="primary" size="wide" className="max-w-76" waiting={waiting} onClick={onPasskey}>
          <Icon of={Fingerprint} />
          Confirm with passkey
        </Button>
        {refusal && <Refusal>{refusal.text}</Refusal>}
        {refusal?.outdated && <Reload />}
      </div>
      <TextActions>
        <TextAction icon={Smartphone} onClick={() => !waiting && onOther()}>
          Use a code instead
        </TextAction>
        <OtherWays waiting={waiting} onRecovery={onRecovery} onLeave={onLeave} />
      </TextActions>
    </div>
  );
}

const Reload = () => (
  <Button className="mt-3" onClick={() => location.reload()}>
    Reload
  </Button>
);

const Title = ({ title, email }: { title: string; email: string }) => (
  <div>
    <h1 className="type-display">{title}</h1>
    <p className="mt-1.5 text-muted-foreground">
      Logging in as <span className="wrap-anywhere text-foreground">{email}</span>.
    </p>
  </div>
);

const OtherWays = ({ waiting, onRecovery, onLeave }: Pick<Props, "waiting" | "onRecovery" | "onLeave">) => (
  <>
    <TextAction icon={Ticket} onClick={() => !waiting && onRecovery()}>
      Use a recovery code
    </TextAction>
    <TextAction icon={UserRound} onClick={onLeave}>
      Use another account
    </TextAction>
  </>
);
