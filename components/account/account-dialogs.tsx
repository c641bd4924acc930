"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useEffectEvent, useState } from "react";
import { currentOpener, type Opener, useFocusReturn } from "@/components/forms/focus-return";
import { useLoaded } from "@/components/ui/use-loaded";
import { AccountContext, type AccountDialogRequest } from "./dialogs";

type Current = { opening: AccountDialogRequest; count: number; opener: Opener | null };
type Props = { email: string; hasRecoveryCodes: boolean; children: ReactNode };

const ADD_PASSKEY = "#add-passkey";

/** Hosts the page's only dialog. The dialog's code is fetched when it is first opened. */
export function AccountDialogs({ email, hasRecoveryCodes, children }: Props) {
  const router = useRouter();
  const [current, setCurrent] = useState<Current | null>(null);
  const [shown, setShown] = useState(false);
  const leave = useFocusReturn(children);
  const dialog = useLoaded(() => import("./account-dialog").then(({ AccountDialog }) => AccountDialog));
  const open = (opening: AccountDialogRequest) => {
    const opener = currentOpener();
    void dialog.load(() => {
      setCurrent((last) => ({ opening, count: (last?.count ?? 0) + 1, opener }));
      setShown(true);
    });
  };

  const openFromAddress = useEffectEvent(() => {
    if (location.hash !== ADD_PASSKEY) return;
    history.replaceState(history.state, "", location.pathname);
    open({ kind: "add-passkey" });
  });
  useEffect(() => openFromAddress(), []);

  const close = () => {
    if (current) leave(current.opener);
    setShown(false);
  };
  return (
    <AccountContext value={{ email, hasRecoveryCodes, open, refresh: () => router.refresh() }}>
      {children}
      {current && dialog.Loaded && <dialog.Loaded key={current.count} {...current} shown={shown} onClose={close} />}
    </AccountContext>
  );
}
