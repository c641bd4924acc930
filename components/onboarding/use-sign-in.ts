"use client";

import { useState } from "react";
import { type SignIn, signInInvited } from "@/components/login/sign-in";
import { rememberUsed } from "@/components/login/used-code";
import type { Announced } from "@/components/ui/use-announced";

type Given = { token: string; email: string; password: string; code: string };

const NOT_RIGHT = "The email, password or code is wrong, or the link has ended. Check them, then log in again.";
const REFUSALS: Record<Exclude<SignIn, "ok" | "code">, string> = {
  refused: `${NOT_RIGHT} Five wrong codes lock codes for 30 minutes.`,
  "no-access": NOT_RIGHT,
  busy: "We could not check your login just now. Wait a moment, then try again.",
  unreached: "We got no answer. Check your connection, then reload this page.",
};
export const OFFLINE = "You are offline. Nothing was sent. Try again when you are back.";

/**
 * Logs in with a link. After "ok" the page is loaded in full: it comes with a new session and
 * step.
 */
export function useSignIn(onCode: () => void) {
  const [waiting, setWaiting] = useState(false);
  const [refusal, setRefusal] = useState<Announced | null>(null);
  const send = async (given: Given) => {
    if (!navigator.onLine) return setRefusal({ text: OFFLINE });
    setWaiting(true);
    setRefusal(null);
    const outcome = await signInInvited(given);
    if (outcome === "ok") {
      if (given.code) rememberUsed(given.code);
      return location.reload();
    }
    setWaiting(false);
    if (outcome === "code") onCode();
    else setRefusal({ text: REFUSALS[outcome] });
  };
  return { waiting, refusal, refuse: setRefusal, send };
}
