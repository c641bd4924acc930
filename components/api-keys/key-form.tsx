"use client";

import type { FormEvent, ReactNode } from "react";
import { Button, buttonClass } from "@/components/ui/button";
import { DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { Refusal } from "@/components/ui/refusal";
import type { Form } from "./use-form";
import type { Unsaved } from "./use-unsaved";

type Props = {
  form: Form;
  title: string;
  /** One sentence of consequence, under the title. */
  lead: ReactNode;
  verb: string;
  danger?: boolean;
  /** A button at the other end of the footer. */
  aside?: ReactNode;
  /** Where closing would lose addresses. */
  unsaved?: Unsaved;
  onSubmit(): void;
  onCancel(): void;
  children: ReactNode;
};

/** The frame of every dialog that asks for something: title, consequence, fields, Cancel and the verb. */
export function KeyForm({ form, title, lead, verb, danger, aside, unsaved, onSubmit, onCancel, children }: Props) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <>
      <DialogHead title={title}>{lead}</DialogHead>
      <form ref={form.element} onSubmit={submit} noValidate className="rounded-b-[inherit]">
        <DialogBody>
          {children}
          <div role="alert" className="not-has-[p]:hidden">
            {form.refusalOf("form") && <Refusal>{form.refusalOf("form")}</Refusal>}
          </div>
        </DialogBody>
        <div role="status" className="sr-only">
          {unsaved?.asking && DISCARD}
        </div>
        {unsaved?.asking ? (
          <DialogFoot note={DISCARD}>
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
              Cancel
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

function Verb({ form: { trouble, waiting }, verb, danger }: Pick<Props, "form" | "verb" | "danger">) {
  if (trouble?.remedy === "log-in") {
    return (
      <a data-verb href="/login" className={buttonClass({ variant: "primary", size: "dialog" })}>
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
  return (
    <Button data-verb type="submit" variant={danger ? "danger" : "primary"} size="dialog" waiting={waiting}>
      {verb}
    </Button>
  );
}
