"use client";

import { Pencil } from "lucide-react";
import { useDialogHost } from "@/components/forms/dialog-host";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { IconButton } from "@/components/ui/icon-button";
import type { KeyDetails } from "@/lib/api-keys/reads/key";

/** The pencil beside a note, or a button that adds the first one. */
export function NoteButton({ of: { id, number, note } }: { of: KeyDetails }) {
  const { open } = useDialogHost();
  const edit = () => open({ kind: "note", of: { id, number, note } });
  if (note)
    return (
      <IconButton icon={Pencil} label={`Edit note of key ${number}`} onClick={edit} className="-ml-2 max-md:-my-2" />
    );
  return (
    <Button variant="ghost" onClick={edit} className="-my-1 -ml-1">
      <Icon of={Pencil} />
      Add a note
    </Button>
  );
}
