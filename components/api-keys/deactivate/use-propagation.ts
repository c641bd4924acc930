"use client";

import { useEffect, useState } from "react";
import type { KeyId } from "@/lib/platform/ids";
import type { Progress } from "@/lib/words/propagation";
import { indeterminate, type Reply, readReply } from "../../forms/action-reply";
import { useDialogHost } from "../../forms/dialog-host";
import { post } from "../activate/reveal-client";

const FIRST_MS = 250;
const SLOWER = 1.2;
const MAX_MS = 2_000;

/**
 * How many gateways refuse a key that is being deactivated, polled at growing intervals. Null
 * until the server can say.
 */
export function usePropagation(keyId: KeyId): Progress | null {
  const { merchantId } = useDialogHost();
  const [progress, setProgress] = useState<Progress | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    let [next, pause]: [ReturnType<typeof setTimeout> | undefined, number] = [undefined, FIRST_MS];
    const look = async () => {
      const path = `/api/api-keys/${keyId}/propagation`;
      const reply: Reply<Progress | null> = await post(fetch, path, { merchantId }, stop.signal)
        .then(readReply<Progress>)
        .catch(() => indeterminate);
      if (stop.signal.aborted || reply.ok === false) return;
      if (reply.ok === true) setProgress(reply.value);
      next = setTimeout(look, pause);
      pause = Math.min(pause * SLOWER, MAX_MS);
    };
    void look();
    return () => {
      stop.abort();
      clearTimeout(next);
    };
  }, [keyId, merchantId]);
  return progress;
}
