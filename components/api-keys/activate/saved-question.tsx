"use client";

import { useState } from "react";
import { confirmSecretSaved } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { Button } from "@/components/ui/button";
import { Banner } from "@/components/ui/note";
import { Refusal } from "@/components/ui/refusal";
import { toast } from "@/components/ui/toast";
import { callAction } from "../../forms/action-reply";
import { useDialogHost } from "../../forms/dialog-host";
import { formErrorOf, ifIndeterminate } from "../../forms/form-error";

/**
 * Nobody confirmed that the active key's secret was shown, and the key has accepted no request
 * yet. Only the Owner can know whether the secret was saved.
 */
export function SavedQuestion({ id, number, onStandby }: { id: string; number: number; onStandby: boolean }) {
  const { merchantId, open, refresh } = useDialogHost();
  const [waiting, setWaiting] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  const saved = async () => {
    setWaiting(true);
    setRefusal(null);
    const reply = await callAction(confirmSecretSaved({ merchantId, keyId: id }));
    setWaiting(false);
    if (reply.ok !== true) return setRefusal(formErrorOf(reply, ifIndeterminate(number)).text);
    document.querySelector<HTMLElement>("h1")?.focus();
    toast(`Key ${number} kept`);
    refresh();
  };
  return (
    <Banner
      tone="warning"
      lead={`Did you save the secret key of key ${number}?`}
      remedy={
        <div className="flex w-full gap-2 sm:w-auto">
          <Button size="page" waiting={waiting} onClick={() => void saved()}>
            Yes
          </Button>
          {onStandby ? (
            <Button variant="danger" size="page" onClick={() => open({ kind: "cancel-rotation", of: { id, number } })}>
              No, cancel the rotation
            </Button>
          ) : (
            <Button
              variant="danger"
              size="page"
              onClick={() => open({ kind: "deactivate", of: { id, number }, reason: "lost" })}
            >
              No, deactivate it
            </Button>
          )}
        </div>
      }
    >
      Your browser did not confirm that it was shown. If you have it, keep the key; if not,{" "}
      {onStandby ? "cancel the rotation" : "deactivate it"}.
      <div role="status">{refusal && <Refusal>{refusal}</Refusal>}</div>
    </Banner>
  );
}
