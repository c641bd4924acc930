"use client";

import { Plus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { useDialogHost } from "../../forms/dialog-host";

export function GenerateButton({ primary }: { primary: boolean }) {
  const { open } = useDialogHost();
  return (
    <Button variant={primary ? "primary" : "secondary"} size="page" onClick={() => open({ kind: "generate" })}>
      <Icon of={Plus} />
      Generate API key
    </Button>
  );
}
