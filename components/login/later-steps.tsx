"use client";

import { useState } from "react";
import { PASSKEYS_NOT_LOADED } from "@/lib/words/refusals/second-factor";
import { CodeStep } from "./code-step";
import { rememberMethod } from "./last-method";
import { RecoveryStep } from "./recovery-step";
import type { Refused } from "./refused";
import { rememberEmail } from "./remembered-email";
import { Restricted } from "./restricted";
import { type LoginFactor, type SignIn, signIn } from "./sign-in";
import { rememberUsed } from "./used-code";

type Step = { name: "code" | "recovery" | "support"; refusal: Refused | null };
type Props = {
  email: string;
  password: string;
  /** The page after the login. */
  next: string;
  /** Back to the password, with an email that is kept and the refusal of the last try, if any. */
  onLeave(email: string, refusal: string): void;
};

const REFUSALS: Partial<Record<SignIn, string>> = {
  refused:
    "The email, password or code is wrong. Check them and use a new code. Five wrong codes lock codes for 30 minutes.",
  busy: "We could not check your login just now. Wait a moment, then try again.",
  unreached: "We got no answer. Check your connection, then log in with a new code.",
};
/** Nothing was sent, so the input is kept. */
const OFFLINE = "You are offline. Nothing was sent. Try again when you are back.";

/** What follows the password: the code, a passkey or a recovery code, and the login with it. */
export function LaterSteps({ email, password, next, onLeave }: Props) {
  const [step, setStep] = useState<Step>({ name: "code", refusal: null });
  const [waiting, setWaiting] = useState(false);
  const turnTo = (name: Step["name"]) => setStep({ name, refusal: null });
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
    return refusal ? onLeave(email, refusal) : turnTo("support");
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

  const leave = () => onLeave("", "");
  const common = { email, waiting, refusal: step.refusal };
  if (step.name === "support") return <Restricted onLeave={leave} />;
  if (step.name === "recovery") {
    return (
      <RecoveryStep {...common} onCode={(recoveryCode) => void send({ recoveryCode })} onBack={() => turnTo("code")} />
    );
  }
  return (
    <CodeStep
      {...common}
      onCode={(code) => void send({ code })}
      onPasskey={() => void askPasskey()}
      onRecovery={() => turnTo("recovery")}
      onLeave={leave}
    />
  );
}
