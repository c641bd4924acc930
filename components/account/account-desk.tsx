"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { AccountDialog } from "./account-dialog";
import { AccountContext, type Opening } from "./desk";

type Current = { opening: Opening; count: number; opener: Element | null };
type Props = { email: string; hasRecoveryCodes: boolean; children: ReactNode };

/** Holds the one dialog of the page. */
export function AccountDesk({ email, hasRecoveryCodes, children }: Props) {
  const router = useRouter();
  const [current, setCurrent] = useState<Current | null>(null);
  const [shown, setShown] = useState(false);
  const open = (opening: Opening) => {
    setCurrent((last) => ({ opening, count: (last?.count ?? 0) + 1, opener: document.activeElement }));
    setShown(true);
  };
  return (
    <AccountContext value={{ email, hasRecoveryCodes, open, refresh: () => router.refresh() }}>
      {children}
      {current && <AccountDialog key={current.count} {...current} shown={shown} onClose={() => setShown(false)} />}
    </AccountContext>
  );
}
