"use client";

import { useState } from "react";
import { deactivateApiKey } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { useSecondFactor } from "@/components/forms/second-factor";
import { Dialog } from "@/components/ui/dialog";
import type { DeactivationReason } from "@/lib/api-keys/lifecycle";
import { callAction, type Reply } from "../../forms/action-reply";
import { codeIsComplete } from "../../forms/code-field";
import { useDialogHost } from "../../forms/dialog-host";
import { DialogStage } from "../../forms/dialog-stage";
import { clientError, ifIndeterminate } from "../../forms/form-error";
import { useForm } from "../../forms/use-form";
import type { Frame } from "../key-dialog";
import { DeactivateForm } from "./deactivate-form";
import { Deactivated, type Stopped } from "./deactivated";
import { DeactivationProgress } from "./deactivation-progress";

/** A refusal arrives sooner than this. Anything slower is the wait for the gateways. */
const REFUSED_WITHIN_MS = 500;

type Deactivation = Stopped & { active: number | null };
type Of = { id: string; number: number; allowedIps?: string[] };
type Props = { frame: Frame; of: Of; reason?: DeactivationReason };

/** Asks, then shows the wait until no gateway accepts the key, then confirms it. */
export function DeactivateDialog({ frame: { close, end: _end, ...frame }, of, reason: given }: Props) {
  const desk = useDialogHost();
  const { lock } = useSecondFactor();
  const form = useForm(ifIndeterminate(of.number));
  const [reason, setReason] = useState(given ?? null);
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const [takeOver, setTakeOver] = useState(true);
  const [successor] = useState(of.number === desk.activeNumber ? desk.standby : null);
  const [sentAt, setSentAt] = useState<number | null>(null);
  const [stopped, setStopped] = useState<Deactivation | null>(null);
  const { allowedIps } = of;
  const canRotate = allowedIps !== undefined && of.number === desk.activeNumber && desk.standby === null;
  const running = form.waiting && sentAt !== null;

  async function deactivate(given: Credential) {
    if (!reason) return form.refuse(clientError("reason", "Choose a reason, then deactivate the key."));
    const byPassword = lock !== null && given !== PASSKEY;
    if (byPassword && !password)
      return form.refuse(clientError("password", "Enter your password, then deactivate the key."));
    if (!byPassword && !codeIsComplete(form, given)) return;
    const hands = successor !== null && takeOver && !byPassword;
    const request = { merchantId: desk.merchantId, keyId: of.id, reason, ...(hands && { takeOver: true }) };
    const reply = await form.ask(() =>
      byPassword
        ? send({ ...request, password })
        : proveByPasskey(given, "api-key:deactivate", request, (proven) => send(proven)),
    );
    if (reply?.ok !== true) return;
    setStopped(reply.value);
    desk.refresh();
  }

  async function send(request: Parameters<typeof deactivateApiKey>[0]): Promise<Reply<Deactivation>> {
    const slow = setTimeout(setSentAt, REFUSED_WITHIN_MS, Date.now());
    const reply = await callAction(deactivateApiKey(request));
    clearTimeout(slow);
    setSentAt(null);
    return reply;
  }

  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      {stopped && reason ? (
        <DialogStage key="deactivated">
          <Deactivated number={of.number} reason={reason} stopped={stopped} onDone={close} />
        </DialogStage>
      ) : running ? (
        <DialogStage key="running">
          <DeactivationProgress of={of} since={sentAt} onClose={() => location.reload()} />
        </DialogStage>
      ) : (
        <DeactivateForm
          form={form}
          number={of.number}
          reason={reason}
          onReason={setReason}
          onRotate={canRotate ? () => desk.open({ kind: "rotate", of: { ...of, allowedIps } }) : undefined}
          successor={successor && { number: successor.number, takesOver: takeOver, choose: setTakeOver }}
          code={code}
          onCode={setCode}
          onPasskey={() => void deactivate(PASSKEY)}
          password={password}
          onPassword={setPassword}
          onSubmit={() => void deactivate(code)}
          onCancel={close}
        />
      )}
    </Dialog>
  );
}
