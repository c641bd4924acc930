"use client";

import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { NewHeading } from "@/components/ui/heading";
import { Refusal } from "@/components/ui/refusal";
import { SubmitButton } from "@/components/ui/submit-button";
import { type Announced, useAnnounced } from "@/components/ui/use-announced";
import { StepProgress } from "./step-progress";

type Props = {
  number: 1 | 2 | 3 | 4;
  title: string;
  about: ReactNode;
  verb: string;
  waiting: boolean;
  /** A refusal that concerns no single field. */
  refusal?: string;
  /** Any refusal. It is announced, and the focus moves to its field. */
  refused: Announced | null;
  /** Called when the refused input is changed. */
  onChanged(): void;
  onSubmit(form: FormData): void;
  children: ReactNode;
  foot?: ReactNode;
};

/**
 * One step of the first login. Fields are read on submit, which keeps what a browser filled in
 * before React.
 */
export function Step({
  number,
  title,
  about,
  verb,
  waiting,
  refusal,
  refused,
  onChanged,
  onSubmit,
  children,
  foot,
}: Props) {
  const form = useRef<HTMLFormElement>(null);
  const Title = number === 1 ? "h1" : NewHeading;
  useAnnounced(refused);
  useEffect(() => {
    if (refused) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refused]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!waiting) onSubmit(new FormData(event.currentTarget));
  };
  return (
    <form
      ref={form}
      method="post"
      noValidate
      onSubmit={submit}
      onChange={({ target }) => (target as unknown as Element).ariaInvalid === "true" && onChanged()}
      className="grid gap-5"
    >
      <StepProgress step={number} />
      <div>
        <Title className="type-display">{title}</Title>
        <p className="mt-1.5 text-muted-foreground">{about}</p>
      </div>
      {children}
      {refusal && <Refusal>{refusal}</Refusal>}
      <SubmitButton variant="primary" size="wide" waiting={waiting}>
        {verb}
      </SubmitButton>
      {foot && <div className="text-subtle-foreground text-small">{foot}</div>}
    </form>
  );
}
