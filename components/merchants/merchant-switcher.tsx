"use client";

import { ChevronsUpDown } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Link } from "@/components/ui/link";
import { MenuGroup, MenuItem, menuItemClass } from "@/components/ui/menu";
import { Popover } from "@/components/ui/popover";
import { type Choice, MerchantChoices } from "./merchant-choices";

export function MerchantSwitcher({ current, merchants }: { current: string; merchants: Choice[] }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Popover
      label="Switch to another merchant"
      align="start"
      anchor={() => document.getElementById("merchant")}
      width="sm:w-105"
      open={open}
      onOpenChange={setOpen}
      trigger={<IconButton icon={ChevronsUpDown} label="Switch to another merchant" className="-my-1.5 md:my-0" />}
    >
      <MerchantChoices current={current} merchants={merchants} onPick={close} />
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
