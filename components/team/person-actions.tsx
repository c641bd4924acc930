"use client";

import { Pencil } from "lucide-react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { type PersonFacts, useTeam } from "./dialogs";

type Props = { of: PersonFacts; fixed: boolean; removable: boolean };

/**
 * `fixed`: only Support can change the role. `removable`: another Owner remains, so they can be
 * removed.
 */
export function PersonActions({ of, fixed, removable }: Props) {
  const { open } = useTeam();
  if (!fixed) {
    return (
      <IconButton
        icon={Pencil}
        label={`Change role of ${of.email}`}
        className="max-md:border max-md:border-border-strong md:-mr-2"
        onClick={() => open({ kind: "role", of })}
      />
    );
  }
  return (
    <>
      <span className="text-subtle-foreground text-small max-md:flex-1">
        {removable ? "Only Support can change the role" : "Only Support can change this"}
      </span>
      {removable && (
        <Button
          variant="danger-outline"
          size="row"
          aria-label={`Remove ${of.email}`}
          onClick={() => open({ kind: "remove", of })}
        >
          Remove
        </Button>
      )}
    </>
  );
}
