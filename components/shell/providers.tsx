"use client";

import { CSPProvider } from "@base-ui/react/csp-provider";
import type { ReactNode } from "react";
import { Toasts } from "@/components/ui/toast";
import { SupportProvider } from "./support";

type Props = { nonce: string | undefined; supportContact: string; children: ReactNode };

export function Providers({ nonce, supportContact, children }: Props) {
  return (
    <CSPProvider nonce={nonce} disableStyleElements>
      <SupportProvider value={supportContact}>{children}</SupportProvider>
      <Toasts />
    </CSPProvider>
  );
}
