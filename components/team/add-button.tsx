"use client";

import { Plus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { useTeam } from "./dialogs";

export function AddButton() {
  const { open } = useTeam();
  return (
    <Button variant="primary" size="page" onClick={() => open({ kind: "add" })}>
      <Icon of={Plus} />
      Add users
    </Button>
  );
}
