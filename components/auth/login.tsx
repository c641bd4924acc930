"use client";

import { useEffect, useState } from "react";
import { CodeStep } from "./code-step";
import type { Ending } from "./ended";
import { forgetEmail, keepEmail, keptEmail } from "./kept-email";
import { PasswordStep } from "./password-step";
import { Restricted } from "./restricted";
import { signIn } from "./sign-in";

type Step = { name: "password" | "code" | "support"; email: string; password: string; refusal: string | null };

const REFUSALS = {
  refused: "That e-mail, password or code is not right. Check them, then log in with the next code.",
  busy: "Many people are logging in at once, and nothing was judged. Wait a moment, then log in again.",
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

  const send = async (code: string) => {
    setWaiting(true);
    const outcome = await signIn({ email, password, code });
    if (outcome === "ok") {
      keepEmail(email);
      return location.assign(next);
    }
    setWaiting(false);
    if (outcome in REFUSALS) startAgain(REFUSALS[outcome as keyof typeof REFUSALS], email);
    else setStep({ name: "support", email, password: "", refusal: null });
  };

  if (step.name === "support") return <Restricted onLeave={() => startAgain(null, "")} />;
  if (step.name === "code") {
    return <CodeStep email={email} waiting={waiting} onCode={(code) => void send(code)} onLeave={() => startAgain(null, "")} />;
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
