"use client";

import { useContext, useEffect, useRef, useState } from "react";
import { DeskContext } from "./desk";
import type { Reply } from "./reply";
import { type Trouble, troubleOf } from "./trouble";

export type Form = ReturnType<typeof useForm>;

/** One request at a time, and what came of it. `doubt` is said when nobody can tell. Focus returns to the field that was refused. */
export function useForm(doubt: string) {
  const [waiting, setWaiting] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const desk = useContext(DeskContext);
  const busy = useRef(false);
  const element = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (trouble && !waiting) focusOnTrouble(element.current);
  }, [trouble, waiting]);

  async function ask<T>(send: () => Promise<Reply<T>>): Promise<Reply<T> | null> {
    if (busy.current) return null;
    busy.current = true;
    setWaiting(true);
    setTrouble(null);
    const reply = await send();
    busy.current = false;
    setWaiting(false);
    if (reply.ok !== true) setTrouble(troubleOf(reply, doubt));
    if (reply.ok === false) desk?.learnLock(reply.refusal);
    return reply;
  }

  const refusalOf = (field: Trouble["field"]) => (trouble?.field === field ? trouble.text : undefined);
  return { element, waiting, trouble, refuse: setTrouble, refusalOf, ask };
}

function focusOnTrouble(form: HTMLFormElement | null) {
  const first = (selector: string) => form?.querySelector<HTMLElement>(selector);
  const field = first("[aria-invalid=true]") ?? first("[type=password]") ?? first("[data-verb]");
  field?.focus();
  const typedOver = field instanceof HTMLInputElement && (field.type === "password" || field.name === "code");
  if (typedOver) field.select();
}
