"use client";

import { Copy, Pencil } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { copyText } from "@/components/ui/copy-text";
import { MoreAddresses } from "@/components/ui/more-addresses";
import { toast } from "@/components/ui/toast";
import type { KeyRow } from "@/lib/api-keys/queries";
import { useDesk } from "./desk";

/** All of a key's addresses, to copy or to edit. */
export function MoreIps({ row }: { row: KeyRow }) {
  const { open: openDialog } = useDesk();
  const [open, setOpen] = useState(false);
  const { number, allowedIps } = row;

  const copyAll = async (near: HTMLElement) => {
    if (await copyText(allowedIps.join(", "), near)) toast(`IP addresses of key ${number} copied`);
  };
  const edit = () => {
    setOpen(false);
    openDialog({ kind: "edit-ips", of: row });
  };
  return (
    <MoreAddresses of={row} accepted={row.state === "active"} open={open} onOpenChange={setOpen}>
      <div className="flex gap-2 border-line border-t px-2.5 pt-2.5 pb-1.5">
        <Button size="row" onClick={(event) => void copyAll(event.currentTarget)}>
          <Copy aria-hidden size={16} strokeWidth={1.75} />
          Copy all
        </Button>
        {row.state !== "retired" && row.state !== "deactivating" && (
          <Button size="row" onClick={edit}>
            <Pencil aria-hidden size={16} strokeWidth={1.75} />
            Edit
          </Button>
        )}
      </div>
    </MoreAddresses>
  );
}
