"use client";

import { useDesk } from "@/components/api-keys/desk";
import { Button } from "@/components/ui/button";

type Props = { of: { id: string; number: number; allowedIps: string[] }; address: string; count: number };

/** Opens the dialog that adds the address to the key's list. */
export function AllowButton({ of: { id, number, allowedIps }, address, count }: Props) {
  const { open } = useDesk();
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
