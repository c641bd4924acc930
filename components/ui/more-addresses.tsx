"use client";

import type { ReactNode } from "react";
import { moreClass } from "./chip";
import { MenuHead } from "./menu";
import { Popover } from "./popover";

type Props = {
  of: { number: number; allowedIps: readonly string[] };
  /** Whether requests signed with the key are accepted from there now. */
  accepted?: boolean;
  open?: boolean;
  onOpenChange?(open: boolean): void;
  children?: ReactNode;
};

/** "and 2 other": opens all addresses of a key. */
export const MoreAddresses = ({ of: { number, allowedIps }, accepted, open, onOpenChange, children }: Props) => (
  <Popover
    label={`IP addresses of key ${number}`}
    align="start"
    width="sm:w-85"
    open={open}
    onOpenChange={onOpenChange}
    trigger={
      <button type="button" className={moreClass}>
        and {allowedIps.length - 1} other<span className="sr-only"> of key {number}</span>
      </button>
    }
  >
    <MenuHead>
      Key {number} {accepted ? "accepts" : "lists"} {allowedIps.length} addresses
    </MenuHead>
    <ul>
      {allowedIps.map((address) => (
        <li key={address} className="address border-line border-t px-2.5 py-1.5 text-small">
          {address}
        </li>
      ))}
    </ul>
    {children}
  </Popover>
);
