"use client";

import { setFirstPassword } from "@/app/(auth)/first-login/actions";
import { clientError } from "@/components/forms/form-error";
import { TextField } from "@/components/ui/text-field";
import { Step } from "./step";
import { useStep } from "./use-step";

type Props = { email: string; onDone(next: "finished" | "support"): void };

export function PasswordStep({ email, onDone }: Props) {
  const step = useStep("We do not know whether the password was set.");
  const save = async (form: FormData) => {
    const text = (name: string) => String(form.get(name));
    const typed = { temporary: text("temporary"), password: text("password"), confirm: text("confirm") };
    if (!typed.temporary) return step.refuse(clientError("password", "Enter the temporary password."));
    if (!typed.password) return step.refuse(clientError("newPassword", "Enter a new password."));
    const done = await step.ask(() => setFirstPassword(typed));
    if (done) onDone(done.support ? "support" : "finished");
  };
  return (
    <Step
      number={4}
      title="Choose your password"
      about="It replaces the temporary one, which stops working now."
      verb="Save and finish"
      waiting={step.waiting}
      refusal={step.refusalOf("form")}
      refused={step.trouble}
      onChanged={() => step.refuse(null)}
      onSubmit={(form) => void save(form)}
    >
      <input type="email" name="email" autoComplete="username" defaultValue={email} readOnly hidden />
      <TextField
        label="Temporary password"
        name="temporary"
        type="password"
        autoComplete="current-password"
        refusal={step.refusalOf("password")}
      />
      <TextField
        label="New password"
        name="password"
        type="password"
        autoComplete="new-password"
        refusal={step.refusalOf("newPassword")}
      />
      <TextField
        label="Confirm new password"
        name="confirm"
        type="password"
        autoComplete="new-password"
        help="12 to 128 characters. A few unrelated words are easy to remember."
        refusal={step.refusalOf("confirm")}
      />
    </Step>
  );
}
