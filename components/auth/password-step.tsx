"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { SupportContact } from "@/components/shell/support";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/text-field";
import { useMounted } from "@/components/ui/use-mounted";
import { ENDINGS, type Ending } from "./ended";

type Credentials = { email: string; password: string };
type Props = { ended: Ending | null; email: string; refusal: string | null; onNext(credentials: Credentials): void };

/** The fields are read when sent, not while typed: what a browser filled in before React came is kept. */
export function PasswordStep({ ended, email, refusal, onNext }: Props) {
  const mounted = useMounted();
  const password = useRef<HTMLInputElement>(null);
  const [empty, setEmpty] = useState<"email" | "password" | null>(null);
  useEffect(() => {
    if (email || refusal) password.current?.focus();
  }, [email, refusal]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const entered = { email: String(form.get("email")).trim(), password: String(form.get("password")) };
    const missing = entered.email ? (entered.password ? null : "password") : "email";
    setEmpty(missing);
    if (missing) event.currentTarget.querySelector<HTMLInputElement>(`[name=${missing}]`)?.focus();
    else onNext(entered);
  };
  return (
    <form method="post" noValidate onSubmit={submit} className="grid gap-5">
      <div>
        <h1 className="t-display">{ended ? ENDINGS[ended].title : "Log in"}</h1>
        <p className="mt-1.5 text-ink-2">{ended ? ENDINGS[ended].text : "Then confirm with a code from your authenticator app."}</p>
      </div>
      <TextField
        key={email}
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        spellCheck={false}
        autoCapitalize="none"
        defaultValue={email}
        refusal={empty === "email" && "Enter your e-mail address."}
      />
      <TextField
        ref={password}
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        refusal={empty === "password" ? "Enter your password." : refusal}
      />
      <Button type="submit" variant="primary" size="wide" disabled={!mounted}>
        Log in
      </Button>
      <p className="text-ink-3 text-small">
        Forgotten password or lost 2FA device? Contact Support at <SupportContact />, who will check that it is you.
      </p>
    </form>
  );
}
