"use client";

import { RotateCcw } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import type { KeysStatus } from "@/lib/api-keys/reads/queries";
import { useDialogHost } from "../../forms/dialog-host";
import { GenerateButton } from "./generate-button";

/**
 * The buttons beside the page's title. Generating is primary only while no key is active, and if
 * neither a row nor an alarm has a primary button.
 */
export function HeadActions({ status, alarmed }: { status: KeysStatus; alarmed: boolean }) {
  const { active, deactivating, waitingGenerated, rotation } = status;
  const { standby } = rotation;
  if (standby && (!active || standby.takesOver === "manual")) return <TakeOverButton of={standby} />;
  const primary = !alarmed && !standby && !active && (!waitingGenerated || deactivating !== null);
  return (
    <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:*:flex-1">
      {active && !standby && <RotateButton of={active} />}
      <GenerateButton primary={primary} />
    </div>
  );
}

function RotateButton({ of }: { of: NonNullable<KeysStatus["active"]> }) {
  const { open } = useDialogHost();
  return (
    <Button size="page" onClick={() => open({ kind: "rotate", of })}>
      <Icon of={RotateCcw} />
      Rotate key {of.number}
    </Button>
  );
}

function TakeOverButton({ of: { id, number } }: { of: { id: string; number: number } }) {
  const { open } = useDialogHost();
  return (
    <Button variant="primary" size="page" onClick={() => open({ kind: "take-over", of: { id, number } })}>
      Take over now
    </Button>
  );
}
