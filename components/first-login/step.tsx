"use client";

import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { Button } from "@/components/ui/button";
import { Refusal } from "@/components/ui/refusal";
import { useMounted } from "@/components/ui/use-mounted";
import { Track } from "./track";

type Props = {
  number: 1 | 2 | 3 | 4;
  title: string;
  about: ReactNode;
  verb: string;
  waiting: boolean;
  /** A refusal that is about no field. */
  refusal?: string;
  /** Changes with every refusal: the focus goes to the field it is about. */
  refused?: unknown;
  onSubmit(form: FormData): void;
  children: ReactNode;
  foot?: ReactNode;
};

/** One step of the first login. Fields are read when sent: what a browser filled in before React came is kept. */
export function Step({ number, title, about, verb, waiting, refusal, refused, onSubmit, children, foot }: Props) {
  const mounted = useMounted();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refused) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refused]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!waiting) onSubmit(new FormData(event.currentTarget));
  };
  return (
    <form ref={form} method="post" noValidate onSubmit={submit} className="grid gap-5">
      <Track step={number} />
      <div>
        <h1 className="t-display">{title}</h1>
        <p className="mt-1.5 text-ink-2">{about}</p>
      </div>
      {children}
      <div role="alert" className="not-has-[p]:hidden">
        {refusal && <Refusal>{refusal}</Refusal>}
      </div>
      <Button type="submit" variant="primary" size="wide" disabled={!mounted} waiting={waiting}>
        {verb}
      </Button>
      {foot && <div className="text-ink-3 text-small">{foot}</div>}
    </form>
  );
}
