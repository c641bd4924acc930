"use client";

import { useState } from "react";
import { type SignIn, signInInvited } from "@/components/auth/sign-in";

type Given = { token: string; email: string; password: string; code: string };

const NOT_RIGHT = "That e-mail, password or code is not right, or the link has ended. Check them, then log in again.";
const REFUSALS: Record<Exclude<SignIn, "ok" | "code">, string> = {
  refused: NOT_RIGHT,
  restricted: NOT_RIGHT,
  busy: "We could not check your login just now. Wait a moment, then try again.",
  unreached: "No answer came, so you may not be logged in. Check your connection, then reload this page.",
};

/** Logs in at a link. After "ok" the page is loaded whole: it comes with a new session and its step. */
export function useSignIn(onCode: () => void) {
  const [waiting, setWaiting] = useState(false);
  const [refusal, setRefusal] = useState<{ text: string } | null>(null);
  const send = async (given: Given) => {
    setWaiting(true);
    setRefusal(null);
    const outcome = await signInInvited(given);
    if (outcome === "ok") return location.reload();
    setWaiting(false);
    if (outcome === "code") onCode();
    else setRefusal({ text: REFUSALS[outcome] });
  };
  return { waiting, refusal, refuse: (text: string) => setRefusal({ text }), send };
}
