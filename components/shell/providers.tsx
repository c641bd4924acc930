"use client";

import { CSPProvider } from "@base-ui/react/csp-provider";
import { type ReactNode, useEffect } from "react";
// Every page has links. In the scripts of the root layout their code comes once; else it would be
// in each of the four that follow.
import "@/components/ui/link";
import { OwnTimes } from "@/components/ui/own-times";
import { Toasts } from "@/components/ui/toast";
import { Tooltips } from "@/components/ui/tooltips";
import { markHydrated } from "./early-press";
import { NavigationPending } from "./navigation-pending";
import { Offline } from "./offline";
import { SupportProvider } from "./support";

type Props = { nonce: string | undefined; supportContact: string; children: ReactNode };

export function Providers({ nonce, supportContact, children }: Props) {
  // After a timeout, because buttons that wait to be mounted are rendered again after the effects.
  useEffect(() => {
    const soon = setTimeout(markHydrated);
    return () => clearTimeout(soon);
  }, []);
  return (
    <CSPProvider nonce={nonce} disableStyleElements>
      <SupportProvider value={supportContact}>{children}</SupportProvider>
      <NavigationPending />
      <Offline />
      <Toasts />
      <Tooltips />
      <OwnTimes />
    </CSPProvider>
  );
}
