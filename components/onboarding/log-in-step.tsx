"use client";

import { useState } from "react";
import { NextCode, useNextCode } from "@/components/forms/next-code";
import { usedCode } from "@/components/login/used-code";
import { OtpInput } from "@/components/ui/otp-input";
import { TextField } from "@/components/ui/text-field";
import type { Announced } from "@/components/ui/use-announced";
import { describe as sentence } from "@/lib/words/refusals/refusals";
import { Step } from "./step";
import { useSignIn } from "./use-sign-in";

type Props = { token: string; email: string };
type Field = "email" | "password" | "code";
type Wrong = Announced & { field: Field };

/** The code that enrolled the device is used up, so this step counts down to the next one. */
export function LogInStep({ token, email }: Props) {
  const [code, setCode] = useState("");
  const [used] = useState(usedCode);
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const seconds = useNextCode(used?.nextAt ?? null);
  const { waiting, refusal, refuse, send } = useSignIn(() =>
    setWrong({ field: "code", text: sentence({ code: "code_malformed" }) }),
  );
  const submit = (form: FormData) => {
    const given = { email: String(form.get("email")).trim(), password: String(form.get("password")), code };
    const missing = wrongIn(given, used?.code);
    setWrong(missing);
    refuse(null);
    if (!missing) void send({ token, ...given });
  };
  const changed = () => {
    setWrong(null);
    refuse(null);
  };
  const refusalOf = (field: Field) => (wrong?.field === field ? wrong.text : undefined);
  return (
    <Step
      number={3}
      title="Log in with your new code"
      about={`Your authenticator app is set up. ${seconds === null ? "Enter the code it shows now." : "Enter the next code it shows."}`}
      verb="Log in"
      waiting={waiting}
      refused={wrong ?? refusal}
      onChanged={changed}
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
        refusal={refusalOf("email")}
      />
      <TextField
        label="Temporary password"
        name="password"
        type="password"
        autoComplete="current-password"
        refusal={refusalOf("password") ?? refusal?.text}
      />
      <div>
        <OtpInput
          value={code}
          onChange={setCode}
          help={
            seconds === null
              ? "Six digits from your authenticator app."
              : "You already used the current code. Enter the next one."
          }
          refusal={refusalOf("code")}
        />
        {seconds !== null && <NextCode seconds={seconds} />}
      </div>
    </Step>
  );
}

function wrongIn({ email, password, code }: Record<Field, string>, used: string | undefined): Wrong | null {
  if (!email) return { field: "email", text: "Enter your email address." };
  if (!password) return { field: "password", text: "Enter the temporary password." };
  if (code.length !== 6) return { field: "code", text: sentence({ code: "code_malformed" }) };
  return code === used ? { field: "code", text: "You already used this code. Enter the next one." } : null;
}
