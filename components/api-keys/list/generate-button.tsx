"use client";

import { Plus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { useDialogHost } from "../../forms/dialog-host";

export function GenerateButton({ primary }: { primary: boolean }) {
  const { open } = useDialogHost();
  return (
    <Button variant={primary ? "primary" : "secondary"} size="page" onClick={() => open({ kind: "generate" })}>
      <Plus aria-hidden size={16} strokeWidth={1.75} />
      Generate API key
    </Button>
  );
}
