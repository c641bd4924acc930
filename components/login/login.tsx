"use client";

import { useEffect, useState } from "react";
import { PASSKEYS_NOT_LOADED } from "@/lib/words/refusals/second-factor";
import { CodeStep } from "./code-step";
import type { Ending } from "./ended";
import { rememberMethod } from "./last-method";
import { PasswordStep } from "./password-step";
import { RecoveryStep } from "./recovery-step";
import type { Refused } from "./refused";
import { forgetEmail, rememberEmail, rememberedEmail } from "./remembered-email";
import { Restricted } from "./restricted";
import { type LoginFactor, type SignIn, signIn } from "./sign-in";
import { rememberUsed } from "./used-code";

type Step = {
  name: "password" | "code" | "recovery" | "support";
  email: string;
  password: string;
  refusal: Refused | null;
};

const REFUSALS: Partial<Record<SignIn, string>> = {
  refused:
    "The email, password or code is wrong. Check them and use a new code. Five wrong codes lock codes for 30 minutes.",
  busy: "We could not check your login just now. Wait a moment, then try again.",
  unreached: "We got no answer. Check your connection, then log in with a new code.",
};
/** Nothing was sent, so the input is kept. */
const OFFLINE = "You are offline. Nothing was sent. Try again when you are back.";

/**
 * Email and password, then always the code; all three are checked together. The input is only
 * held in memory.
 */
export function Login({ ended, next }: { ended: Ending | null; next: string }) {
  const [step, setStep] = useState<Step>({ name: "password", email: "", password: "", refusal: null });
  const [waiting, setWaiting] = useState(false);
  const { email, password } = step;

  useEffect(() => {
    if (ended === "logout") forgetEmail();
    else if (ended) setStep((now) => ({ ...now, email: now.email || rememberedEmail() }));
  }, [ended]);

  const startAgain = (text: string | undefined, kept: string) =>
    setStep({ name: "password", email: kept, password: "", refusal: text ? { text } : null });
  const turnTo = (name: Step["name"]) => setStep({ ...step, name, refusal: null });
  const refuse = (text: string, outdated = false) => setStep({ ...step, refusal: { text, outdated } });

  const send = async (second: LoginFactor) => {
    if (!navigator.onLine) return refuse(OFFLINE);
    setWaiting(true);
    setStep({ ...step, refusal: null });
    const outcome = await signIn({ email, password, ...second });
    if (outcome === "ok") {
      rememberEmail(email);
      if ("code" in second) rememberUsed(second.code);
      if (!("recoveryCode" in second)) rememberMethod("code" in second ? "code" : "passkey");
      return location.assign("recoveryCode" in second ? "/account" : next);
    }
    setWaiting(false);
    const refusal = REFUSALS[outcome];
    return refusal ? startAgain(refusal, email) : turnTo("support");
  };

  const askPasskey = async () => {
    if (!navigator.onLine) return refuse(OFFLINE);
    setWaiting(true);
    // What only passkeys need is loaded when one is asked for.
    const signed = await import("./by-passkey").then(({ byPasskey }) => byPasskey()).catch(() => null);
    setWaiting(false);
    if (!signed) return refuse(PASSKEYS_NOT_LOADED, true);
    if ("passkey" in signed) return send(signed);
    refuse(signed.text, signed.outdated);
  };

  if (step.name === "support") return <Restricted onLeave={() => startAgain(undefined, "")} />;
  if (step.name === "code") {
    return (
      <CodeStep
        email={email}
        waiting={waiting}
        refusal={step.refusal}
        onCode={(code) => void send({ code })}
        onPasskey={() => void askPasskey()}
        onRecovery={() => turnTo("recovery")}
        onLeave={() => startAgain(undefined, "")}
      />
    );
  }
  if (step.name === "recovery") {
    return (
      <RecoveryStep
        email={email}
        waiting={waiting}
        refusal={step.refusal}
        onCode={(recoveryCode) => void send({ recoveryCode })}
        onBack={() => turnTo("code")}
      />
    );
  }
  return (
    <PasswordStep
      ended={step.refusal ? null : ended}
      next={next}
      email={email}
      refusal={step.refusal}
      onNext={(entered) => setStep({ name: "code", ...entered, refusal: null })}
    />
  );
}
