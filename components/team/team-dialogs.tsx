"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { currentOpener, type Opener, useFocusReturn } from "@/components/forms/focus-return";
import { useLoaded } from "@/components/ui/use-loaded";
import type { MerchantId } from "@/lib/platform/ids";
import { TeamContext, type TeamDialogRequest } from "./dialogs";

type Current = { opening: TeamDialogRequest; count: number; opener: Opener | null };

/** Hosts the page's only dialog. The dialog's code is fetched when it is first opened. */
export function TeamDialogs({
  merchantId,
  merchant,
  children,
}: {
  merchantId: MerchantId;
  merchant: string;
  children: ReactNode;
}) {
  const router = useRouter();
  const [current, setCurrent] = useState<Current | null>(null);
  const [shown, setShown] = useState(false);
  const leave = useFocusReturn(children);
  const dialog = useLoaded(() => import("./team-dialog").then(({ TeamDialog }) => TeamDialog));
  // A dialog that another one opens returns the focus to what opened the first.
  const open = (opening: TeamDialogRequest) => {
    const opener = currentOpener();
    void dialog.load(() => {
      setCurrent((last) => ({ opening, count: (last?.count ?? 0) + 1, opener: shown && last ? last.opener : opener }));
      setShown(true);
    });
  };
  const close = () => {
    if (current) leave(current.opener);
    setShown(false);
  };
  return (
    <TeamContext value={{ merchantId, merchant, open, refresh: () => router.refresh() }}>
      {children}
      {current && dialog.Loaded && <dialog.Loaded key={current.count} {...current} shown={shown} onClose={close} />}
    </TeamContext>
  );
}
