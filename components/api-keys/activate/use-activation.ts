"use client";

import { useRef, useState } from "react";
import { activateApiKey } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Credential, proveByPasskey } from "@/components/forms/passkey-proof";
import type { KeyId, MerchantId } from "@/lib/platform/ids";
import { type Activated, type ActivationRequest, activations, confirmReceipt, type Outcome } from "./reveal-client";
import { newTicket } from "./ticket";

/** A dialog's ticket and the requests sent under it. Both end with the dialog. */
export function useActivation(merchantId: MerchantId, keyId: KeyId) {
  const [repeat, setRepeat] = useState(0);
  const [doubt, setDoubt] = useState(false);
  const hanging = useRef(false);
  const ticket = useRef<string>(null);
  const send = useRef<ReturnType<typeof activations<ActivationRequest, Activated>>>(null);

  async function activate(ips: string[], given: Credential): Promise<Outcome["reply"]> {
    ticket.current ??= newTicket();
    send.current ??= activations({
      send: activateApiKey,
      fetch: (...request) => fetch(...request),
      onRepeat: setRepeat,
    });
    const sent = send.current;
    setRepeat(0);
    return proveByPasskey(
      given,
      "api-key:activate",
      { merchantId, keyId, ips, ticket: ticket.current },
      async (request) => {
        const outcome = await sent(request);
        setRepeat(0);
        setDoubt(outcome.doubt);
        hanging.current = outcome.hanging;
        return outcome.reply;
      },
    );
  }

  const confirm = () => {
    if (ticket.current)
      void confirmReceipt({ merchantId, keyId, ticket: ticket.current }, { fetch: (...request) => fetch(...request) });
  };
  return { activate, confirm, repeat, doubt, hanging };
}
