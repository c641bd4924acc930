"use client";

import { endOtherSessions, endSession } from "@/app/(dashboard)/account/actions";
import { callAction } from "@/components/forms/action-reply";
import { DialogForm } from "@/components/forms/dialog-form";
import { useForm } from "@/components/forms/use-form";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import type { FramedDialogProps } from "./account-dialog";
import { type SessionFacts, useAccount } from "./dialogs";

/** Ends one session, or every session except this one. */
export function EndSessionDialog({ frame, close, of }: FramedDialogProps & { of: SessionFacts | null }) {
  const { refresh } = useAccount();
  const form = useForm(
    of ? "We do not know whether the session was ended." : "We do not know whether the sessions were ended.",
  );

  async function end() {
    const reply = await form.ask(() => callAction(of ? endSession({ sessionId: of.id }) : endOtherSessions({})));
    if (reply?.ok !== true) return;
    refresh();
    toast(of ? `Session ${of.device} ended` : "All other sessions ended");
    close();
  }

  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title={of ? `End session ${of.device}` : "End all other sessions"}
        lead={`${of ? "That browser is" : "All your other browsers are"} logged out at once. We email you.`}
        verb="End"
        danger
        onSubmit={() => void end()}
        onCancel={close}
      >
        <p className="text-muted-foreground">
          Do not recognise {of ? "it" : "one of them"}? Change your password next.
        </p>
      </DialogForm>
    </Dialog>
  );
}
