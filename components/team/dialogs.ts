"use client";

import { createContext, useContext } from "react";
import type { TeamRow } from "@/lib/merchants/team/queries";
import type { MerchantId } from "@/lib/platform/ids";

export type PersonFacts = Pick<TeamRow, "userId" | "email" | "role" | "kind"> & { you: boolean };

export type TeamDialogRequest = { kind: "add" } | { kind: "role" | "remove"; of: PersonFacts };

export type TeamDialogHost = {
  merchantId: MerchantId;
  merchant: string;
  open(opening: TeamDialogRequest): void;
  refresh(): void;
};

export const TeamContext = createContext<TeamDialogHost | null>(null);

export function useTeam(): TeamDialogHost {
  const desk = useContext(TeamContext);
  if (!desk) throw new Error("used outside the team desk");
  return desk;
}
