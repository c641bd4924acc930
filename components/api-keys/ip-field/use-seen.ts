"use client";

import { useEffect, useState } from "react";
import type { SeenSources } from "@/lib/api-keys/reads/seen-sources";
import type { KeyId } from "@/lib/platform/ids";
import { indeterminate, readReply } from "../../forms/action-reply";
import { useDialogHost } from "../../forms/dialog-host";
import { post } from "../activate/reveal-client";

/**
 * The addresses that recent requests came from; null until they are loaded, or if loading failed.
 */
export function useSeen(keyId: KeyId): SeenSources | null {
  const { merchantId } = useDialogHost();
  const [seen, setSeen] = useState<SeenSources | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    void post(fetch, `/api/api-keys/${keyId}/seen`, { merchantId }, stop.signal)
      .then(readReply<SeenSources>)
      .catch(() => indeterminate)
      .then((reply) => reply.ok === true && !stop.signal.aborted && setSeen(reply.value));
    return () => stop.abort();
  }, [keyId, merchantId]);
  return seen;
}
