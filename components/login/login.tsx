"use client";

import { useEffect, useState } from "react";
import { useLoaded } from "@/components/ui/use-loaded";
import type { Ending } from "./ended";
import { type Credentials, PasswordStep } from "./password-step";
import { forgetEmail, rememberedEmail } from "./remembered-email";

const fetchLaterSteps = () => import("./later-steps").then(({ LaterSteps }) => LaterSteps);

/**
 * Email and password, then always the code; all three are checked together. The input is only
 * held in memory. The code of what follows the password is fetched while it is entered.
 */
export function Login({ ended, next }: { ended: Ending | null; next: string }) {
  const [start, setStart] = useState({ email: "", refusal: "" });
  const [entered, setEntered] = useState<Credentials | null>(null);
  const { Loaded: LaterSteps, load } = useLoaded(fetchLaterSteps);

  useEffect(() => {
    if (ended === "logout") forgetEmail();
    else if (ended) setStart((now) => ({ ...now, email: now.email || rememberedEmail() }));
  }, [ended]);

  const startAgain = (email: string, refusal: string) => {
    setStart({ email, refusal });
    setEntered(null);
  };
  if (entered && LaterSteps) return <LaterSteps {...entered} next={next} onLeave={startAgain} />;
  return (
    <PasswordStep
      ended={start.refusal ? null : ended}
      next={next}
      {...start}
      onBegin={() => void fetchLaterSteps().catch(() => undefined)}
      onNext={(credentials) => void load(() => setEntered(credentials))}
    />
  );
}
