"use client";

import { Check, ChevronsUpDown } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Link } from "@/components/ui/link";
import { MenuGroup, MenuItem, menuItemClass } from "@/components/ui/menu";
import { Popover } from "@/components/ui/popover";

export type Choice = { id: string; name: string; number: number; role: string };

export function MerchantSwitcher({ current, merchants }: { current: string; merchants: Choice[] }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Popover
      label="Switch to another merchant"
      align="start"
      anchor={() => document.getElementById("merchant")}
      width="sm:w-95"
      open={open}
      onOpenChange={setOpen}
      trigger={<IconButton icon={ChevronsUpDown} label="Switch to another merchant" className="-my-1.5 md:my-0" />}
    >
      <MenuGroup>
        {merchants.map(({ id, name, number, role }) => (
          <li key={id}>
            <Link href={`/merchants/${id}`} onClick={close} aria-current={id === current ? "true" : undefined} className={menuItemClass}>
              <MenuItem
                hint={`${number}, ${role}`}
                after={id === current && <Check aria-hidden size={16} strokeWidth={1.75} className="shrink-0 text-accent" />}
              >
                {name}
              </MenuItem>
            </Link>
          </li>
        ))}
      </MenuGroup>
      <MenuGroup ruled>
        <li>
          <Link href="/merchants" onClick={close} className={menuItemClass}>
            <MenuItem>All merchants</MenuItem>
          </Link>
        </li>
      </MenuGroup>
    </Popover>
  );
}
