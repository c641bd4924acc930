"use client";

import { useState } from "react";
import { Restricted } from "@/components/login/restricted";
import type { OnboardingStep, Welcome } from "@/lib/identity/onboarding/queries";
import { DeviceStep } from "./device-step";
import { Finished } from "./finished";
import { LogInStep } from "./log-in-step";
import { PasswordStep } from "./password-step";
import { WelcomeStep } from "./welcome-step";

/** The steps that only the browser knows of, until the server knows the step itself. */
type Here = { name: "again"; email: string } | { name: "support" | "finished" };

type Props = { token: string; welcome: Welcome; underWay: OnboardingStep | null };

/**
 * The four steps in order. Steps two and four need the onboarding session; the others need only
 * the link while it is valid.
 */
export function FirstLogin({ token, welcome, underWay }: Props) {
  const [here, setHere] = useState<Here | null>(null);
  if (here?.name === "support") return <Restricted onLeave={() => location.assign("/login")} />;
  if (here?.name === "finished") return <Finished />;
  if (here?.name === "again") return <LogInStep token={token} email={here.email} />;
  const again = (email: string) => setHere({ name: "again", email });
  if (underWay?.name === "device") return <DeviceStep {...underWay} onEnrolled={() => again(underWay.email)} />;
  if (underWay?.name === "password")
    return <PasswordStep email={underWay.email} onDone={(name) => setHere({ name })} />;
  return <WelcomeStep token={token} welcome={welcome} onCode={again} />;
}
