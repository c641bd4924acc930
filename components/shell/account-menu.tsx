"use client";

import { LifeBuoy, LogOut, Settings2, UserRound } from "lucide-react";
import { useState } from "react";
import { buttonClass } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { MenuGroup, MenuHead, MenuItem, menuItemClass } from "@/components/ui/menu";
import { Popover } from "@/components/ui/popover";
import { announceLogOut } from "./log-out-signal";
import { supportHref } from "./support-href";

/**
 * Loads the login page in full, so that no page of this session stays in memory for Back. If the
 * user is still logged in, the login page leads straight back.
 */
const leave = () => location.replace("/login?ended=logout");

type Props = { name: string; email: string; supportContact: string; logOut(): Promise<void> };

export function AccountMenu({ name, email, supportContact, logOut }: Props) {
  const [open, setOpen] = useState(false);
  const support = supportHref(supportContact);
  const end = () => {
    announceLogOut();
    void logOut().then(leave, leave);
  };
  const trigger = (
    <button
      type="button"
      aria-label={`Account: ${name}`}
      className={cx(buttonClass({ variant: "ghost" }), "-mr-2 px-2!")}
    >
      <span className="hidden max-w-72 truncate sm:inline">{name}</span>
      <Icon of={UserRound} />
    </button>
  );
  return (
    <Popover label="Account" open={open} onOpenChange={setOpen} trigger={trigger}>
      <MenuHead hint={email}>{name}</MenuHead>
      <MenuGroup ruled>
        <li>
          <Link href="/account" onClick={() => setOpen(false)} className={menuItemClass}>
            <MenuItem icon={Settings2} hint="password, 2FA, sessions">
              Account
            </MenuItem>
          </Link>
        </li>
      </MenuGroup>
      {support && (
        <MenuGroup ruled>
          <li>
            <a href={support} className={menuItemClass}>
              <MenuItem icon={LifeBuoy} hint={supportContact}>
                Contact Support
              </MenuItem>
            </a>
          </li>
        </MenuGroup>
      )}
      <MenuGroup ruled>
        <li>
          <button type="button" onClick={end} className={menuItemClass}>
            <MenuItem icon={LogOut}>Log out</MenuItem>
          </button>
        </li>
      </MenuGroup>
    </Popover>
  );
}
