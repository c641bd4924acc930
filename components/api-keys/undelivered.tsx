"use client";

import { Button } from "@/components/ui/button";
import { Banner } from "@/components/ui/note";
import { useDesk } from "./desk";

/** The secret of the active key reached nobody, as far as anyone knows: the one remedy. */
export function Undelivered({ id, number }: { id: string; number: number }) {
  const { open } = useDesk();
  return (
    <Banner
      tone="danger"
      lead={`The secret key of key ${number} was probably not delivered.`}
      remedy={
        <Button variant="danger" size="page" onClick={() => open({ kind: "deactivate", of: { id, number }, reason: "lost" })}>
          Deactivate key {number}
        </Button>
      }
    >
      Nobody confirmed seeing it within 2 minutes, and it cannot be shown again. Deactivate key {number}, then generate a new API key.
    </Banner>
  );
}
