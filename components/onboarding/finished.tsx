"use client";

import { Fingerprint } from "lucide-react";
import { buttonClass } from "@/components/ui/button";
import { NewHeading } from "@/components/ui/heading";
import { Icon } from "@/components/ui/icon";

/**
 * The end of the first login, and a good moment to add a passkey. Plain links load the next page
 * in full, with the new session.
 */
export const Finished = () => (
  <div className="grid gap-5">
    <div>
      <NewHeading className="type-display">You are logged in</NewHeading>
      <p className="mt-1.5 text-muted-foreground">
        Add a passkey now: you then confirm with your fingerprint, face or PIN instead of waiting for codes, and you can
        still log in if you lose your phone.
      </p>
    </div>
    <div className="grid gap-2.5">
      <a href="/account#add-passkey" className={buttonClass({ variant: "primary", size: "wide" })}>
        <Icon of={Fingerprint} />
        Add a passkey
      </a>
      <a href="/merchants" className={buttonClass({ size: "wide" })}>
        Not now
      </a>
    </div>
    <p className="text-subtle-foreground text-small">You can add one at any time in your account.</p>
  </div>
);
