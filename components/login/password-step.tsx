"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { SupportContact } from "@/components/shell/support";
import { SubmitButton } from "@/components/ui/submit-button";
import { TextField } from "@/components/ui/text-field";
import { type Announced, useAnnounced } from "@/components/ui/use-announced";
import { ENDINGS, type Ending, isReturn } from "./ended";

export type Credentials = { email: string; password: string };
type Field = keyof Credentials;
type Refused = Announced & { field: Field };
type Props = {
  ended: Ending | null;
  next: string;
  email: string;
  /** Why the last try was refused; empty if there was none. */
  refusal: string;
  /** Called when the user begins to fill in a field. */
  onBegin(): void;
  onNext(credentials: Credentials): void;
};

const EMPTY: Record<Field, string> = { email: "Enter your email address.", password: "Enter your password." };

/**
 * Fields are read on submit, not while typing: this keeps what a browser filled in before React.
 */
export function PasswordStep({ ended, next, email, refusal, onBegin, onNext }: Props) {
  const password = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState<Refused | null>(refusal ? { text: refusal, field: "password" } : null);
  useAnnounced(refused);
  useEffect(() => {
    if (email || refusal) password.current?.focus();
  }, [email, refusal]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const entered = { email: String(form.get("email")).trim(), password: String(form.get("password")) };
    const missing = entered.email ? (entered.password ? null : "password") : "email";
    setRefused(missing && { field: missing, text: EMPTY[missing] });
    if (missing) event.currentTarget.querySelector<HTMLInputElement>(`[name=${missing}]`)?.focus();
    else onNext(entered);
  };
  const changed = ({ target }: FormEvent) => (target as Element).ariaInvalid === "true" && setRefused(null);
  const refusalOf = (field: Field) => refused?.field === field && refused.text;
  return (
    <form method="post" noValidate onSubmit={submit} onChange={changed} onFocus={onBegin} className="grid gap-5">
      <div>
        <h1 className="type-display">{ended ? ENDINGS[ended].title : "Log in"}</h1>
        <p className="mt-1.5 text-muted-foreground">
          {ended ? ENDINGS[ended].text : "Next, you enter a code from your authenticator app."}
        </p>
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
        refusal={refusalOf("email")}
      />
      <TextField
        ref={password}
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        refusal={refusalOf("password")}
      />
      <SubmitButton variant="primary" size="wide">
        Continue
      </SubmitButton>
      <p className="text-subtle-foreground text-small">
        {isReturn(next) && "You then return to the page you were on. "}
        Forgot your password or lost your 2FA device? Contact Support at <SupportContact />. They verify your identity
        first.
      </p>
    </form>
  );
}
