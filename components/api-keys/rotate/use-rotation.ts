"use client";

import { useRef, useState } from "react";
import { rotateApiKey } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Credential, proveByPasskey } from "@/components/forms/passkey-proof";
import type { TakesOver } from "@/lib/api-keys/lifecycle";
import type { KeyId, MerchantId } from "@/lib/platform/ids";
import {
  activations,
  confirmReceipt,
  type Outcome,
  type Rotated,
  type RotationRequest,
  rotationPath,
} from "../activate/reveal-client";
import { newTicket } from "../activate/ticket";

/**
 * Rotates a key from one dialog, always under the same ticket, so that after a lost reply the same
 * pair is asked for again. `repeat` counts these attempts. `doubt` means that it is not known
 * whether the key was rotated, `hanging` that a request may still be on its way.
 */
export function useRotation(merchantId: MerchantId, keyId: KeyId) {
  const [repeat, setRepeat] = useState(0);
  const [doubt, setDoubt] = useState(false);
  const hanging = useRef(false);
  const ticket = useRef<string>(null);
  const send = useRef<ReturnType<typeof activations<RotationRequest, Rotated>>>(null);

  async function rotate(ips: string[], takesOver: TakesOver, given: Credential): Promise<Outcome<Rotated>["reply"]> {
    ticket.current ??= newTicket();
    send.current ??= activations({
      send: rotateApiKey,
      fetch: (...request) => fetch(...request),
      path: rotationPath,
      onRepeat: setRepeat,
    });
    const sent = send.current;
    setRepeat(0);
    const request = { merchantId, keyId, ips, takesOver, ticket: ticket.current };
    return proveByPasskey(given, "api-key:rotate", request, async (proven) => {
      const outcome = await sent(proven);
      setRepeat(0);
      setDoubt(outcome.doubt);
      hanging.current = outcome.hanging;
      return outcome.reply;
    });
  }

  const confirm = (made: Rotated) => {
    if (!ticket.current) return;
    void confirmReceipt(
      { merchantId, keyId: made.id, ticket: ticket.current },
      { fetch: (...request) => fetch(...request) },
    );
  };
  return { rotate, confirm, repeat, doubt, hanging };
}
