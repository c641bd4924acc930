"use client";

import { LockKeyhole } from "lucide-react";
import { Note } from "@/components/ui/note";
import { TextField } from "@/components/ui/text-field";
import { utc } from "@/components/ui/utc";
import type { DeactivationReason } from "@/lib/api-keys/lifecycle";
import { CodeField } from "./code-field";
import { type Lock, useDesk } from "./desk";
import { KeyForm } from "./key-form";
import { type Reason, Reasons } from "./reasons";
import type { Form } from "./use-form";

type Props = {
  form: Form;
  number: number;
  reason: DeactivationReason | null;
  onReason(reason: DeactivationReason): void;
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
  code,
  onCode,
  onPasskey,
  password,
  onPassword,
  onSubmit,
  onCancel,
}: Props) {
  const { support, lock } = useDesk();
  return (
    <KeyForm
      form={form}
      title={`Deactivate key ${number}`}
      lead="Every gateway will refuse requests signed with it. No other key takes its place until you activate one."
      verb="Deactivate"
      danger
      onSubmit={onSubmit}
      onCancel={onCancel}
    >
      <Reasons reasons={reasons(support)} chosen={reason} onChoose={onReason} refusal={form.refusalOf("reason")} />
      {lock ? (
        <div className="grid gap-3.5">
          <Note tone="plain" icon={LockKeyhole} lead={<span className="text-ink">{locked(lock)}</span>}>
            To stop a key, your password is enough. Every Owner is told by mail.
          </Note>
          <TextField
            label="Password"
            type="password"
            autoComplete="current-password"
            value={password}
            refusal={form.refusalOf("password")}
            onChange={(event) => onPassword(event.target.value)}
          />
        </div>
      ) : (
        <CodeField form={form} code={code} onChange={onCode} onPasskey={onPasskey} />
      )}
    </KeyForm>
  );
}

const locked = (lock: Lock) =>
  lock.code === "codes_locked" ? `2FA codes are locked until ${utc(lock.until, "time")}.` : "Your 2FA codes are disabled.";

const reasons = (support: string): Reason<DeactivationReason>[] => [
  { value: "rotating", name: "Rotating", consequence: "Becomes inactive. You can activate it again with the same secret key." },
  { value: "lost", name: "Secret lost", consequence: "Retired, and cannot come back. Generate a new API key next." },
  {
    value: "compromised",
    name: "Secret compromised",
    consequence: `Retired at once, and cannot come back. Contact Support next: ${support}.`,
  },
  { value: "other", name: "Other", consequence: "Becomes inactive, as when rotating." },
];
