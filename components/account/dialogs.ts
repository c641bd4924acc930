"use client";

import { createContext, useContext } from "react";
import type { SessionRow } from "@/lib/identity/account/queries";

export type PasskeyFacts = { id: string; name: string };
export type SessionFacts = Pick<SessionRow, "id" | "device">;

export type AccountDialogRequest =
  | { kind: "password" | "device" | "recovery-codes" | "add-passkey" | "end-others" }
  | { kind: "remove-passkey"; of: PasskeyFacts }
  | { kind: "end-session"; of: SessionFacts };

export type AccountDialogHost = {
  email: string;
  hasRecoveryCodes: boolean;
  open(opening: AccountDialogRequest): void;
  refresh(): void;
};

export const AccountContext = createContext<AccountDialogHost | null>(null);

export function useAccount(): AccountDialogHost {
  const desk = useContext(AccountContext);
  if (!desk) throw new Error("used outside the account page");
  return desk;
}
