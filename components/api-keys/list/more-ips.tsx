"use client";

import { Pencil } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import { MoreAddresses } from "@/components/ui/more-addresses";
import { useDialogHost } from "../../forms/dialog-host";
import type { ShownKey } from "../../key-state/last-used";

/** All addresses of a key, to copy or to edit. */
export function MoreIps({ row }: { row: ShownKey }) {
  const { open: openDialog } = useDialogHost();
  const [open, setOpen] = useState(false);
  const { number, allowedIps } = row;

  const list = useRef<HTMLUListElement>(null);
  const edit = () => {
    setOpen(false);
    openDialog({ kind: "edit-ips", of: row });
  };
  return (
    <MoreAddresses of={row} list={list} accepted={row.state === "active"} open={open} onOpenChange={setOpen}>
      <div className="flex flex-wrap gap-2 border-border border-t px-2.5 pt-2.5 pb-1.5">
        <CopyButton
          text={allowedIps.join(", ")}
          label={`Copy all addresses of key ${number}`}
          done={`IP addresses of key ${number} copied`}
          from={list}
          size="row"
        >
          Copy all
        </CopyButton>
        {row.state !== "retired" && row.state !== "deactivating" && (
          <Button size="row" onClick={edit}>
            <Icon of={Pencil} />
            Edit
          </Button>
        )}
      </div>
    </MoreAddresses>
  );
}
