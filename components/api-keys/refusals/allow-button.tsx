"use client";

import { useDialogHost } from "@/components/forms/dialog-host";
import { Button } from "@/components/ui/button";

type Props = { of: { id: string; number: number; allowedIps: string[] }; address: string; count: number };

/** Opens the dialog that adds the address to the key's list. */
export function AllowButton({ of: { id, number, allowedIps }, address, count }: Props) {
  const { open } = useDialogHost();
  return (
    <Button
      size="row"
      aria-label={`Allow this address: ${address}`}
      onClick={() => open({ kind: "allow", of: { id, number, allowedIps }, address, count })}
    >
      Allow this address
    </Button>
  );
}
