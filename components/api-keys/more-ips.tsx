"use client";

import { Copy, Pencil } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { moreClass } from "@/components/ui/chip";
import { copyText } from "@/components/ui/copy-text";
import { MenuHead } from "@/components/ui/menu";
import { Popover } from "@/components/ui/popover";
import { toast } from "@/components/ui/toast";
import type { KeyRow } from "@/lib/api-keys/queries";
import { useDesk } from "./desk";

/** "and 2 other": opens all of a key's addresses. */
export function MoreIps({ row, others }: { row: KeyRow; others: number }) {
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
    <Popover
      label={`IP addresses of key ${number}`}
      align="start"
      width="sm:w-85"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className={moreClass}>
          and {others} other<span className="sr-only"> of key {number}</span>
        </button>
      }
    >
      <MenuHead>
        Key {number} {row.state === "active" ? "accepts" : "lists"} {allowedIps.length} addresses
      </MenuHead>
      <ul>
        {allowedIps.map((address) => (
          <li key={address} className="address border-line border-t px-2.5 py-1.5 text-small">
            {address}
          </li>
        ))}
      </ul>
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
    </Popover>
  );
}
