"use client";

import { useRef, useState } from "react";
import { TextField } from "@/components/ui/text-field";
import { Time } from "@/components/ui/time";
import type { Announced } from "@/components/ui/use-announced";
import type { Welcome } from "@/lib/identity/onboarding/queries";
import { Step } from "./step";
import { useSignIn } from "./use-sign-in";

type Props = { token: string; welcome: Welcome; onCode(email: string): void };

export function WelcomeStep({ token, welcome, onCode }: Props) {
  const { merchant, until } = welcome;
  const entered = useRef("");
  const [noEmail, setNoEmail] = useState<Announced | null>(null);
  const { waiting, refusal, refuse, send } = useSignIn(() => onCode(entered.current));
  const submit = (form: FormData) => {
    const [email, password] = [String(form.get("email")).trim(), String(form.get("password"))];
    entered.current = email;
    setNoEmail(email ? null : { text: "Enter your email address." });
    refuse(email && !password ? { text: "Enter the temporary password." } : null);
    if (email && password) void send({ token, email, password, code: "" });
  };
  const changed = () => {
    setNoEmail(null);
    refuse(null);
  };
  return (
    <Step
      number={1}
      title={merchant ? `Welcome to ${merchant}` : "Welcome back"}
      about={`${
        welcome.by
          ? `${welcome.by} invited you. Ask them for your temporary password`
          : "Ask Support for your temporary password"
      }; it is not in the email.`}
      verb="Continue"
      waiting={waiting}
      refused={noEmail ?? refusal}
      onChanged={changed}
      onSubmit={submit}
      foot={
        <p>
          Your link works until <Time at={until} />. After that, ask {welcome.by ? "the Owner" : "Support"} for another
          one.
        </p>
      }
    >
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        refusal={noEmail?.text}
      />
      <TextField
        label="Temporary password"
        name="password"
        type="password"
        autoComplete="current-password"
        refusal={refusal?.text}
      />
    </Step>
  );
}
