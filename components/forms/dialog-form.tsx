"use client";

import { Fingerprint, WifiOff } from "lucide-react";
import type { FormEvent, ReactNode } from "react";
import { Announce } from "@/components/ui/announcer";
import { Button, buttonClass } from "@/components/ui/button";
import { DialogBody, DialogFoot, DialogHead, type SubjectJoiner } from "@/components/ui/dialog";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/note";
import { Refusal } from "@/components/ui/refusal";
import { useAnnounced } from "@/components/ui/use-announced";
import { CODES_LOCKED } from "./codes-locked";
import { OFFLINE } from "./form-error";
import type { Form } from "./use-form";
import type { Unsaved } from "./use-unsaved";

type Props = {
  form: Form;
  title: string;
  joint?: SubjectJoiner;
  /** One sentence about the consequence, under the title. */
  lead: ReactNode;
  verb: string;
  danger?: boolean;
  /** The words of the button that changes nothing. */
  cancel?: string;
  /** A button at the other end of the footer. */
  aside?: ReactNode;
  /** Given if closing would lose addresses. */
  unsaved?: Unsaved;
  onSubmit(): void;
  onCancel(): void;
  children: ReactNode;
};

/**
 * The frame of every dialog with a form: title, consequence, fields, Cancel and the main button.
 */
export function DialogForm({
  form,
  title,
  joint,
  lead,
  verb,
  danger,
  cancel = "Cancel",
  aside,
  unsaved,
  onSubmit,
  onCancel,
  children,
}: Props) {
  const { trouble, confirming } = form;
  useAnnounced(trouble);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (confirming.by === "passkey") confirming.run();
    else if (confirming.by !== "locked") onSubmit();
  };
  /** Changing a refused field clears its refusal. */
  const changed = ({ target }: FormEvent) => {
    if (trouble && trouble.field !== "form" && (target as Element).ariaInvalid === "true") form.clear(trouble.field);
  };
  return (
    <>
      <DialogHead title={title} joint={joint}>
        {lead}
      </DialogHead>
      <form ref={form.element} onSubmit={submit} onChange={changed} noValidate className="rounded-b-[inherit]">
        <DialogBody>
          {children}
          <FormTrouble form={form} />
        </DialogBody>
        {unsaved?.asking ? (
          <DialogFoot note={DISCARD}>
            <Announce text={DISCARD} />
            <Button size="dialog" ref={focus} onClick={unsaved.keep}>
              Keep editing
            </Button>
            <Button size="dialog" variant="danger" onClick={unsaved.discard}>
              Discard
            </Button>
          </DialogFoot>
        ) : (
          <DialogFoot>
            {aside}
            <Button size="dialog" onClick={onCancel} blocked={form.waiting}>
              {cancel}
            </Button>
            <Verb form={form} verb={verb} danger={danger} />
          </DialogFoot>
        )}
      </form>
    </>
  );
}

const DISCARD = "Discard the changed addresses?";

const focus = (button: HTMLButtonElement | null) => button?.focus();

/** A refusal of the whole form, not of one field. */
function FormTrouble({ form }: Pick<Props, "form">) {
  const text = form.refusalOf("form");
  if (!text) return null;
  if (form.trouble?.remedy !== "retry") return <Refusal>{text}</Refusal>;
  return (
    <Note tone="plain" icon={WifiOff} lead={<span className="text-foreground">{OFFLINE.lead}</span>}>
      <span className="text-muted-foreground">{OFFLINE.rest}</span>
    </Note>
  );
}

function Verb({ form: { trouble, waiting, confirming }, verb, danger }: Pick<Props, "form" | "verb" | "danger">) {
  if (trouble?.remedy === "log-in") {
    return (
      <a
        data-verb
        href={`/login?next=${encodeURIComponent(location.pathname)}`}
        className={buttonClass({ variant: "primary", size: "dialog" })}
      >
        Log in
      </a>
    );
  }
  if (trouble?.remedy === "reload") {
    return (
      <Button data-verb variant="primary" size="dialog" onClick={() => location.reload()}>
        Reload
      </Button>
    );
  }
  const locked = confirming.by === "locked";
  return (
    <Button
      data-verb
      type="submit"
      variant={danger ? "danger" : "primary"}
      size="dialog"
      waiting={waiting}
      blocked={locked}
      aria-describedby={locked ? CODES_LOCKED : undefined}
    >
      {confirming.by === "passkey" && <Icon of={Fingerprint} />}
      {trouble?.remedy === "retry" ? "Try again" : confirming.by === "passkey" ? "Confirm with passkey" : verb}
    </Button>
  );
}
