"use client";

import { useState } from "react";
import { Restricted } from "@/components/auth/restricted";
import type { StepUnderWay, Welcome } from "@/lib/first-login/queries";
import { AgainStep } from "./again-step";
import { DeviceStep } from "./device-step";
import { PasswordStep } from "./password-step";
import { WelcomeStep } from "./welcome-step";

/** What follows in the browser, until the server knows of a step itself. `next`: when the device shows the code after the one that was used. */
type Here = { name: "again"; email: string; next: number | null } | { name: "support" };

type Props = { token: string; welcome: Welcome; underWay: StepUnderWay | null };

/** The four steps in turn. A session of its own opens steps two and four; the link opens the others, as long as it lasts. */
export function FirstLogin({ token, welcome, underWay }: Props) {
  const [here, setHere] = useState<Here | null>(null);
  if (here?.name === "support") return <Restricted onLeave={() => location.assign("/login")} />;
  if (here?.name === "again") return <AgainStep token={token} email={here.email} next={here.next} />;
  if (underWay?.name === "device") {
    const { email } = underWay;
    return <DeviceStep {...underWay} onEnrolled={(seconds) => setHere({ name: "again", email, next: Date.now() + seconds * 1_000 })} />;
  }
  if (underWay?.name === "password") return <PasswordStep email={underWay.email} onSupport={() => setHere({ name: "support" })} />;
  return <WelcomeStep token={token} welcome={welcome} onCode={(email) => setHere({ name: "again", email, next: null })} />;
}
