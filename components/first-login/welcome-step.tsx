"use client";

import { useRef, useState } from "react";
import { TextField } from "@/components/ui/text-field";
import { Time } from "@/components/ui/time";
import type { Welcome } from "@/lib/first-login/queries";
import { Step } from "./step";
import { useSignIn } from "./use-sign-in";

type Props = { token: string; welcome: Welcome; onCode(email: string): void };
type Empty = { email?: string; password?: string };

export function WelcomeStep({ token, welcome, onCode }: Props) {
  const { merchant, until } = welcome;
  const entered = useRef("");
  const [empty, setEmpty] = useState<Empty | null>(null);
  const { waiting, refusal, send } = useSignIn(() => onCode(entered.current));
  const submit = (form: FormData) => {
    const [email, password] = [String(form.get("email")).trim(), String(form.get("password"))];
    const missing = email ? (password ? null : { password: "Enter the temporary password." }) : { email: "Enter your e-mail address." };
    setEmpty(missing);
    entered.current = email;
    if (!missing) void send({ token, email, password, code: "" });
  };
  return (
    <Step
      number={1}
      title={merchant ? `Welcome to ${merchant}` : "Welcome back"}
      about={
        welcome.by
          ? `${welcome.by} added you. They have your temporary password; it was not in the mail.`
          : "Support has your temporary password; it was not in the mail."
      }
      verb="Log in"
      waiting={waiting}
      refused={empty ?? refusal}
      onSubmit={submit}
      foot={
        <p>
          Your link works until <Time at={until} />. After that, ask {welcome.by ? "the Owner" : "Support"} for another one.
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
        refusal={empty?.email}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        help="The temporary one."
        refusal={empty?.password ?? refusal?.text}
      />
    </Step>
  );
}
