"use client";

import { useRef, useState } from "react";
import { activateApiKey } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Activated, activations, confirmReceipt, type Outcome } from "./reveal-client";
import { newTicket } from "./ticket";

/** One dialog's ticket and what was sent under it; both end with the dialog. */
export function useActivation(merchantId: string, keyId: string) {
  const [repeat, setRepeat] = useState(0);
  const [doubt, setDoubt] = useState(false);
  const hanging = useRef(false);
  const ticket = useRef<string>(null);
  const send = useRef<ReturnType<typeof activations>>(null);

  async function activate(ips: string[], code: string): Promise<Outcome["reply"]> {
    ticket.current ??= newTicket();
    send.current ??= activations({ send: activateApiKey, fetch: (...request) => fetch(...request), onRepeat: setRepeat });
    setRepeat(0);
    const outcome = await send.current({ merchantId, keyId, ips, ticket: ticket.current, code });
    setRepeat(0);
    setDoubt(outcome.doubt);
    hanging.current = outcome.hanging;
    return outcome.reply;
  }

  const confirm = () => {
    if (ticket.current) void confirmReceipt({ merchantId, keyId, ticket: ticket.current }, { fetch: (...request) => fetch(...request) });
  };
  return { activate, confirm, repeat, doubt, hanging };
}

export type { Activated };
