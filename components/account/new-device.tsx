"use client";

import { useState } from "react";
import { confirmDevice } from "@/app/(dashboard)/account/actions";
import { callAction } from "@/components/forms/action-reply";
import { codeIsComplete } from "@/components/forms/code-field";
import { DialogForm } from "@/components/forms/dialog-form";
import { DialogStage } from "@/components/forms/dialog-stage";
import { useForm } from "@/components/forms/use-form";
import { useSecret } from "@/components/forms/use-secret";
import { Note } from "@/components/ui/note";
import { OtpInput } from "@/components/ui/otp-input";
import { SeedSheet } from "@/components/ui/seed-sheet";
import { toast } from "@/components/ui/toast";
import { useAccount } from "./dialogs";

/** Shows the new device's seed once and asks for a code from it. Leaving changes nothing. */
export function NewDevice({ seed, uri, close }: { seed: string; uri: string; close(): void }) {
  const { refresh } = useAccount();
  const form = useForm("We do not know whether 2FA was moved. Keep both devices until you know.");
  const { secret, wipe } = useSecret(JSON.stringify({ seed, uri }));
  const [code, setCode] = useState("");
  const leave = () => {
    wipe();
    close();
  };

  async function confirm() {
    if (!codeIsComplete(form, code)) return;
    const reply = await form.ask(() => callAction(confirmDevice({ deviceCode: code })));
    if (reply?.ok !== true) return;
    refresh();
    toast("2FA moved to the new device");
    leave();
  }

  return (
    <DialogStage>
      <DialogForm
        form={form}
        title="Add your new device"
        lead="Scan this code with its authenticator app, then enter the digits the app shows. Your other sessions then end."
        verb="Confirm"
        onSubmit={() => void confirm()}
        onCancel={leave}
      >
        {secret === null ? (
          <Note tone="plain" lead="The key is hidden and cannot be shown again.">
            If your new device has it, enter a code from it. If not, cancel and start again.
          </Note>
        ) : (
          <SeedSheet {...(JSON.parse(secret) as { seed: string; uri: string })} />
        )}
        <OtpInput
          label="Code from the new device"
          value={code}
          onChange={setCode}
          refusal={form.refusalOf("code")}
          help="Six digits from the new authenticator app."
        />
      </DialogForm>
    </DialogStage>
  );
}
