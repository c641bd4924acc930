"use client";

import { RotateCcw } from "lucide-react";
import { useDialogHost } from "@/components/forms/dialog-host";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import type { KeyDetails } from "@/lib/api-keys/reads/key";

const WHY = "key-blocked";

/**
 * What can be done with the key now. Activate is blocked while another key is active, and says so.
 * `alarmed`: the alarm above has its own button, which is not repeated.
 */
export function KeyActions({ of, alarmed }: { of: KeyDetails; alarmed: boolean }) {
  const { open, merchantId, activeNumber, deactivatingNumber, standby } = useDialogHost();
  const { number, state } = of;
  if (state === "active") {
    return (
      <Actions>
        {standby === null && (
          <Button size="page" onClick={() => open({ kind: "rotate", of })}>
            <Icon of={RotateCcw} />
            Rotate
          </Button>
        )}
        <Button variant="danger-outline" size="page" onClick={() => open({ kind: "deactivate", of })}>
          Deactivate
        </Button>
        {standby && (
          <p className="basis-full text-subtle-foreground text-small sm:text-end">
            <Link href={`/merchants/${merchantId}/api-keys/${standby.number}`}>Key {standby.number}</Link> is on
            standby.
          </p>
        )}
      </Actions>
    );
  }
  if (state === "deactivating") {
    return (
      <Actions>
        <Button
          size="page"
          onClick={() => open({ kind: "progress", of, since: of.deactivatedAt ?? new Date().toISOString() })}
        >
          See progress
        </Button>
      </Actions>
    );
  }
  if (state === "standby") {
    return (
      <Actions>
        <Button variant={alarmed ? "secondary" : "primary"} size="page" onClick={() => open({ kind: "take-over", of })}>
          Take over now
        </Button>
        {!alarmed && (
          <Button size="page" onClick={() => open({ kind: "cancel-rotation", of })}>
            Cancel rotation
          </Button>
        )}
      </Actions>
    );
  }
  if (state === "retired") return null;
  const blocking = activeNumber ?? deactivatingNumber;
  return (
    <Actions>
      <Button
        variant={blocking === null && !alarmed ? "primary" : "secondary"}
        size="page"
        blocked={blocking !== null}
        aria-describedby={blocking === null ? undefined : WHY}
        onClick={() => open({ kind: "activate", of })}
      >
        Activate
      </Button>
      <Button variant="danger-outline" size="page" onClick={() => open({ kind: "retire", of })}>
        Retire
      </Button>
      {blocking !== null && (
        <p id={WHY} className="basis-full text-subtle-foreground text-small sm:text-end">
          {activeNumber === null
            ? `Key ${blocking} is still being deactivated.`
            : `Deactivate key ${blocking} before you activate key ${number}.`}
        </p>
      )}
    </Actions>
  );
}

const Actions = ({ children }: { children: React.ReactNode }) => (
  <div
    data-actions=""
    className="flex w-full flex-wrap justify-end gap-2 max-sm:[&>button]:w-auto max-sm:[&>button]:flex-1 sm:w-auto sm:max-w-80"
  >
    {children}
  </div>
);
