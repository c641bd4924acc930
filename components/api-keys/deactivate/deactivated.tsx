"use client";

import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { Note } from "@/components/ui/note";
import { type DeactivationReason, retiresForGood } from "@/lib/api-keys/lifecycle";
import type { Propagation } from "@/lib/words/propagation";
import { useDialogHost } from "../../forms/dialog-host";
import { ContactSupport, ContactSupportNote } from "../list/contact-support-note";
import { FinishedSteps } from "./progress-steps";

export type Stopped = { deactivatedAt: string | null; refusedEverywhereAt: string; propagation: Propagation | null };

type Props = {
  number: number;
  reason: DeactivationReason;
  stopped: Stopped & { active: number | null };
  onDone(): void;
};

/** Confirms that no gateway accepts the key, with the times, and says what to do next. */
export function Deactivated({ number, reason, stopped, onDone }: Props) {
  const { open } = useDialogHost();
  return (
    <>
      <DialogHead title={`Key ${number} is deactivated`} joint=", ">
        {retiresForGood(reason)
          ? "Every gateway now refuses it. It is retired permanently."
          : "Every gateway now refuses it. You can activate it again later."}
      </DialogHead>
      <DialogBody>
        <FinishedSteps
          recordedAt={stopped.deactivatedAt}
          refusedAt={stopped.refusedEverywhereAt}
          propagation={stopped.propagation}
        />
        {reason === "compromised" ? (
          <ContactSupportNote />
        ) : (
          <Note tone="plain">
            {stopped.active === null ? next[reason] : `Key ${stopped.active} is active now. Sign with its pair.`}
          </Note>
        )}
      </DialogBody>
      <DialogFoot>
        <Button variant={retiresForGood(reason) ? "secondary" : "primary"} size="dialog" onClick={onDone}>
          Done
        </Button>
        {reason === "compromised" && <ContactSupport />}
        {reason === "lost" && stopped.active === null && (
          <Button variant="primary" size="dialog" onClick={() => open({ kind: "generate" })}>
            Generate API key
          </Button>
        )}
      </DialogFoot>
    </>
  );
}

const again = "No key is active now, so all signed requests are refused. Activate another key, or this one again.";
const next = {
  rotating: again,
  other: again,
  lost: "Generate a new API key, then activate it. Its secret key is shown only once.",
};
