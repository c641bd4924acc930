"use client";

import { useRef, useState } from "react";
import { indeterminate, type Reply, readReply } from "@/components/forms/action-reply";
import { mayHoldSecret } from "@/lib/api-keys/may-hold-secret";
import type { Hit, Hits } from "@/lib/support/search";
import { describe as sentence } from "@/lib/words/refusals/refusals";

export type Found = { words: string; hits: Hit[]; after: number | null };

const SECRET = sentence({ code: "secret_pasted" });

/**
 * The search field and its results. Text that may contain a secret is removed from the field at
 * once and never sent.
 */
export function useSearch() {
  const [text, setText] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [waiting, setWaiting] = useState(false);
  const latest = useRef(0);

  /** Returns whether the text may be used. */
  function admit(given: string): boolean {
    const held = mayHoldSecret(given);
    setRefusal(held ? SECRET : null);
    if (held) setText("");
    return !held;
  }

  async function search(words: string, after: number): Promise<void> {
    if (!admit(words) || words.trim() === "") return;
    const mine = ++latest.current;
    setWaiting(true);
    const reply = await send(words, after);
    if (mine !== latest.current) return;
    setWaiting(false);
    if (reply.ok === true) {
      const { hits, after: next } = reply.value;
      setFound((old) => ({ words, hits: after > 0 && old ? [...old.hits, ...hits] : hits, after: next }));
    } else setRefusal(reply.ok === false ? sentence(reply.refusal) : "The search was not answered. Search again.");
  }

  return {
    ...{ text, found, refusal, waiting, admit },
    type: (given: string) => admit(given) && setText(given),
    submit: () => search(text, 0),
    more: () => found?.after && search(found.words, found.after),
  };
}

async function send(text: string, after: number): Promise<Reply<Hits>> {
  const body = JSON.stringify({ text, after });
  const headers = { "Content-Type": "application/json" };
  return fetch("/support/search", { method: "POST", headers, body, cache: "no-store" })
    .then(readReply<Hits>)
    .catch(() => indeterminate);
}
