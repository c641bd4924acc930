"use client";

import { createContext, useContext } from "react";
import type { DeactivationReason } from "@/lib/api-keys/lifecycle";
import type { KeyRow } from "@/lib/api-keys/reads/queries";
import type { MerchantId } from "@/lib/platform/ids";

/** What a dialog needs to know about a key. */
export type KeyFacts = Pick<KeyRow, "id" | "number" | "key" | "state" | "allowedIps" | "everActivated" | "hasSecret">;

export type DialogRequest =
  | { kind: "generate" }
  | { kind: "activate" | "edit-ips" | "retire"; of: KeyFacts }
  | { kind: "allow"; of: { id: string; number: number; allowedIps: string[] }; address: string; count: number }
  | { kind: "note"; of: { id: string; number: number; note: string | null } }
  | { kind: "fingerprint"; of: { number: number; fingerprint: string } }
  | { kind: "rotate"; of: { id: string; number: number; allowedIps: string[] } }
  | { kind: "take-over" | "cancel-rotation"; of: { id: string; number: number } }
  | { kind: "deactivate"; of: { id: string; number: number; allowedIps?: string[] }; reason?: DeactivationReason }
  | { kind: "progress"; of: { id: string; number: number }; since: string };

/** What the server sends for the dialogs. */
export type DialogFacts = {
  merchantId: MerchantId;
  /** How to reach Support. */
  support: string;
  allowPrivateIps: boolean;
  activeNumber: number | null;
  deactivatingNumber: number | null;
  /** The key on standby, which waits to take over. */
  standby: { id: string; number: number } | null;
  /** The key whose Activate button is the page's primary button. */
  waitingNumber: number | null;
};

export type DialogHost = DialogFacts & {
  open(opening: DialogRequest): void;
  /** Reads the page again. */
  refresh(): void;
  refreshing: boolean;
  /** Reads the first page, which shows a new key. */
  showNewest(): void;
};

export const DialogHostContext = createContext<DialogHost | null>(null);

export function useDialogHost(): DialogHost {
  const desk = useContext(DialogHostContext);
  if (!desk) throw new Error("used outside the API keys desk");
  return desk;
}
