"use client";

import { Plus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { useTeam } from "./dialogs";

export function AddButton() {
  const { open } = useTeam();
  return (
    <Button variant="primary" size="page" onClick={() => open({ kind: "add" })}>
      <Plus aria-hidden size={16} strokeWidth={1.75} />
      Add users
    </Button>
  );
}
