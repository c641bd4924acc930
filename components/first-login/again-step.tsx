"use client";

import { useEffect, useState } from "react";
import { OtpInput } from "@/components/ui/otp-input";
import { TextField } from "@/components/ui/text-field";
import { describe as sentence } from "@/lib/refusals";
import { Step } from "./step";
import { useSignIn } from "./use-sign-in";

type Props = { token: string; email: string; next: number | null };
type Missing = { password?: string; code?: string };

/** The code that enrolled the device is spent, so this step counts down to the next one. */
export function AgainStep({ token, email, next }: Props) {
  const [code, setCode] = useState("");
  const [missing, setMissing] = useState<Missing | null>(null);
  const { waiting, refusal, send } = useSignIn(() => setMissing({ code: sentence({ code: "code_malformed" }) }));
  const submit = (form: FormData) => {
    const password = String(form.get("password"));
    const wrong = password
      ? code.length === 6
        ? null
        : { code: sentence({ code: "code_malformed" }) }
      : { password: "Enter the temporary password." };
    setMissing(wrong);
    if (!wrong) void send({ token, email: String(form.get("email")).trim(), password, code });
  };
  return (
    <Step
      number={3}
      title="Log in with your new code"
      about={<About next={next} />}
      verb="Log in"
      waiting={waiting}
      refused={missing ?? refusal}
      onSubmit={submit}
    >
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={email}
      />
      <TextField
        label="Temporary password"
        name="password"
        type="password"
        autoComplete="current-password"
        refusal={missing?.password ?? refusal?.text}
      />
      <OtpInput value={code} onChange={setCode} help="Six digits from your authenticator app." refusal={missing?.code} />
    </Step>
  );
}

function About({ next }: { next: number | null }) {
  const seconds = useSecondsUntil(next);
  if (seconds === null) return "Your authenticator app is set up. Enter the code it shows now.";
  if (seconds > 0)
    return `Your authenticator app is set up. The code you just used cannot be used again: the next one comes in ${seconds} s.`;
  return "Your authenticator app is set up. The code it shows now is the next one: enter it.";
}

function useSecondsUntil(moment: number | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (moment === null) return;
    const clock = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(clock);
  }, [moment]);
  return moment === null ? null : Math.max(0, Math.ceil((moment - now) / 1_000));
}
