"use client";

import { useEffect, useState } from "react";
import { signLogin } from "@/components/passkeys/prove";
import { describe as sentence } from "@/lib/refusals";
import { CodeStep } from "./code-step";
import type { Ending } from "./ended";
import { forgetEmail, keepEmail, keptEmail } from "./kept-email";
import { PasswordStep } from "./password-step";
import { RecoveryStep } from "./recovery-step";
import { Restricted } from "./restricted";
import { type Second, signIn } from "./sign-in";

type Step = { name: "password" | "code" | "recovery" | "support"; email: string; password: string; refusal: string | null };

const REFUSALS = {
  refused: "That e-mail, password or code is not right. Check them, then log in with the next code.",
  busy: "We could not check your login just now. Wait a moment, then try again.",
  unreached: "No answer came, so you may not be logged in. Check your connection, then log in with the next code.",
};

/** E-mail and password, then always the code; all three are judged together. What was typed lives in memory only. */
export function Login({ ended, next }: { ended: Ending | null; next: string }) {
  const [step, setStep] = useState<Step>({ name: "password", email: "", password: "", refusal: null });
  const [waiting, setWaiting] = useState(false);
  const { email, password } = step;

  useEffect(() => {
    if (ended === "logout") forgetEmail();
    else if (ended) setStep((now) => ({ ...now, email: now.email || keptEmail() }));
  }, [ended]);

  const startAgain = (refusal: string | null, kept: string) => setStep({ name: "password", email: kept, password: "", refusal });

  const send = async (second: Second) => {
    setWaiting(true);
    const outcome = await signIn({ email, password, ...second });
    if (outcome === "ok") {
      keepEmail(email);
      return location.assign("recoveryCode" in second ? "/account" : next);
    }
    setWaiting(false);
    if (outcome in REFUSALS) startAgain(REFUSALS[outcome as keyof typeof REFUSALS], email);
    else setStep({ name: "support", email, password: "", refusal: null });
  };

  const askPasskey = async () => {
    setWaiting(true);
    const signed = await signLogin();
    setWaiting(false);
    if (signed.ok) return send({ passkey: JSON.stringify(signed.value) });
    setStep({ ...step, refusal: sentence(signed.refusal) });
  };
  const turnTo = (name: Step["name"]) => setStep({ ...step, name, refusal: null });

  if (step.name === "support") return <Restricted onLeave={() => startAgain(null, "")} />;
  if (step.name === "code") {
    return (
      <CodeStep
        email={email}
        waiting={waiting}
        refusal={step.refusal}
        onCode={(code) => void send({ code })}
        onPasskey={() => void askPasskey()}
        onRecovery={() => turnTo("recovery")}
        onLeave={() => startAgain(null, "")}
      />
    );
  }
  if (step.name === "recovery") {
    return (
      <RecoveryStep email={email} waiting={waiting} onCode={(recoveryCode) => void send({ recoveryCode })} onBack={() => turnTo("code")} />
    );
  }
  return (
    <PasswordStep
      ended={step.refusal ? null : ended}
      email={email}
      refusal={step.refusal}
      onNext={(entered) => setStep({ name: "code", ...entered, refusal: null })}
    />
  );
}
