"use client";

import { Fingerprint } from "lucide-react";
import { useSecondFactor } from "@/components/forms/second-factor";
import { Announce } from "@/components/ui/announcer";
import { Button } from "@/components/ui/button";
import { Note } from "@/components/ui/note";
import { TextAction } from "@/components/ui/text-action";
import { TextField } from "@/components/ui/text-field";
import type { DeactivationReason } from "@/lib/api-keys/lifecycle";
import { CodeField } from "../../forms/code-field";
import { CodesLocked } from "../../forms/codes-locked";
import { DialogForm } from "../../forms/dialog-form";
import { useDialogHost } from "../../forms/dialog-host";
import { type RadioCard, RadioCards } from "../../forms/radio-cards";
import type { Form } from "../../forms/use-form";

type Props = {
  form: Form;
  number: number;
  reason: DeactivationReason | null;
  onReason(reason: DeactivationReason): void;
  /** Given if the key can be rotated: that replaces it while its requests are still accepted. */
  onRotate?: () => void;
  /** The key on standby, and whether it becomes active in the same moment. */
  successor: { number: number; takesOver: boolean; choose(takesOver: boolean): void } | null;
  code: string;
  onCode(code: string): void;
  onPasskey(): void;
  password: string;
  onPassword(password: string): void;
  onSubmit(): void;
  onCancel(): void;
};

export function DeactivateForm({
  form,
  number,
  reason,
  onReason,
  onRotate,
  successor,
  code,
  onCode,
  onPasskey,
  password,
  onPassword,
  onSubmit,
  onCancel,
}: Props) {
  const { support } = useDialogHost();
  const { lock, passkeys } = useSecondFactor();
  return (
    <DialogForm
      form={form}
      title={`Deactivate key ${number}`}
      lead={`All requests signed with it will be refused. ${then(successor, lock !== null)}`}
      verb="Deactivate"
      danger
      onSubmit={onSubmit}
      onCancel={onCancel}
    >
      <RadioCards
        reasons={reasons(support)}
        chosen={reason}
        onChoose={onReason}
        refusal={form.refusalOf("reason")}
        help="All Owners see the reason, in Activity and in the email about it."
      />
      {reason === "rotating" && onRotate && <RotateInstead number={number} onRotate={onRotate} />}
      {successor && !lock && (
        <RadioCards
          legend={`Key ${successor.number} is on standby`}
          reasons={hands(successor.number)}
          chosen={successor.takesOver ? "now" : "later"}
          onChoose={(chosen) => successor.choose(chosen === "now")}
        />
      )}
      {lock ? (
        <div className="grid gap-3.5">
          <CodesLocked lock={lock} way="To deactivate a key, your password is enough. We email every Owner." />
          <TextField
            label="Password"
            type="password"
            autoComplete="current-password"
            value={password}
            refusal={form.refusalOf("password")}
            onChange={(event) => onPassword(event.target.value)}
          />
          {passkeys.length > 0 && (
            <TextAction icon={Fingerprint} onClick={() => form.withPasskey(onPasskey)}>
              Use a passkey instead
            </TextAction>
          )}
        </div>
      ) : (
        <CodeField form={form} code={code} onChange={onCode} onPasskey={onPasskey} />
      )}
    </DialogForm>
  );
}

/**
 * `locked`: the request has only a password, which can stop a key but cannot make another one
 * active.
 */
function then(successor: Props["successor"], locked: boolean): string {
  if (!successor) return "No key is active until you activate another.";
  return successor.takesOver && !locked
    ? `Key ${successor.number} becomes active in the same moment.`
    : `No key is active until you take over with key ${successor.number}.`;
}

function RotateInstead({ number, onRotate }: { number: number; onRotate(): void }) {
  const lead = "A rotation keeps requests accepted.";
  const rest = `Key ${number} works until its new pair takes over.`;
  const remedy = (
    <Button size="page" onClick={onRotate}>
      Rotate instead
    </Button>
  );
  return (
    <>
      <Note tone="plain" lead={lead} remedy={remedy}>
        {rest}
      </Note>
      <Announce text={`${lead} ${rest}`} />
    </>
  );
}

const hands = (number: number): RadioCard<"now" | "later">[] => [
  { value: "now", name: "Take over now", consequence: `Requests signed with key ${number} are accepted at once.` },
  { value: "later", name: "Leave it on standby", consequence: "It takes over when you press “Take over now”." },
];

const reasons = (support: string): RadioCard<DeactivationReason>[] => [
  {
    value: "rotating",
    name: "Replacing it",
    consequence: "Becomes inactive. You can activate it again with the same secret key.",
  },
  { value: "lost", name: "Secret lost", consequence: "Retired at once and permanently. Generate a new API key next." },
  {
    value: "compromised",
    name: "Secret compromised",
    consequence: `Retired at once and permanently. Contact Support next: ${support}.`,
  },
  { value: "other", name: "Other", consequence: "Becomes inactive. You can activate it again." },
];
