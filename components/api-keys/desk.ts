"use client";

import { createContext, useContext } from "react";
import type { DeactivationReason } from "@/lib/api-keys/lifecycle";
import type { KeyRow } from "@/lib/api-keys/queries";
import type { Refusal } from "@/lib/refusals";

/** What a dialog needs to know of a key. */
export type KeyFacts = Pick<KeyRow, "id" | "number" | "key" | "state" | "allowedIps" | "everActivated">;

export type Opening =
  | { kind: "generate" }
  | { kind: "activate" | "edit-ips" | "retire"; of: KeyFacts }
  | { kind: "deactivate"; of: { id: string; number: number }; reason?: DeactivationReason }
  | { kind: "progress"; of: { id: string; number: number }; since: string };

/** Step-up codes that are not taken now: Deactivate asks for the password instead. */
export type Lock = Extract<Refusal, { code: "codes_locked" | "codes_disabled" }>;

/** What the server says for the dialogs. */
export type DeskFacts = {
  merchantId: string;
  /** How to reach Support. */
  support: string;
  allowPrivateIps: boolean;
  lock: Lock | null;
  activeNumber: number | null;
  deactivatingNumber: number | null;
  /** The key whose Activate is the one primary button. */
  waitingNumber: number | null;
};

export type Desk = DeskFacts & {
  open(opening: Opening): void;
  /** Reads the page again. */
  refresh(): void;
  refreshing: boolean;
  /** Reads the first page, where a new key stands. */
  showNewest(): void;
  /** What a refusal tells about the codes, so that Deactivate asks for what is taken. */
  learnLock(refusal: Refusal): void;
};

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("used outside the API keys desk");
  return desk;
}
