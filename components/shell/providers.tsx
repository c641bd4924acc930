"use client";

import { CSPProvider } from "@base-ui/react/csp-provider";
import { type ReactNode, useEffect } from "react";
import { Toasts } from "@/components/ui/toast";
import { Tooltips } from "@/components/ui/tooltips";
import { SupportProvider } from "./support";

type Props = { nonce: string | undefined; supportContact: string; children: ReactNode };

export function Providers({ nonce, supportContact, children }: Props) {
  // Until React has taken over a press would be lost: the style sheet lets nobody press a button before.
  useEffect(() => {
    document.documentElement.dataset.alive = "";
  }, []);
  return (
    <CSPProvider nonce={nonce} disableStyleElements>
      <SupportProvider value={supportContact}>{children}</SupportProvider>
      <Toasts />
      <Tooltips />
    </CSPProvider>
  );
}
