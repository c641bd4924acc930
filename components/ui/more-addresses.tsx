"use client";

import { type ReactNode, type Ref, useState } from "react";
import { addressesWords } from "@/lib/words/addresses";
import { moreLinkClass } from "./chip";
import { MenuHead } from "./menu";
import { Popover } from "./popover";

type Props = {
  of: { number: number; allowedIps: readonly string[] };
  /** Whether the key is currently accepted from these addresses. */
  accepted?: boolean;
  list?: Ref<HTMLUListElement>;
  open?: boolean;
  onOpenChange?(open: boolean): void;
  children?: ReactNode;
};

/** "and 2 others": opens all addresses of a key. */
export function MoreAddresses({ of: { number, allowedIps }, accepted, list, open, onOpenChange, children }: Props) {
  const [own, setOwn] = useState(false);
  return (
    <Popover
      label={`IP addresses of key ${number}`}
      align="start"
      width="sm:w-85"
      open={open ?? own}
      onOpenChange={onOpenChange ?? setOwn}
      trigger={
        <button type="button" className={moreLinkClass}>
          and {allowedIps.length - 1} {allowedIps.length === 2 ? "other" : "others"}
          <span className="sr-only"> of key {number}</span>
        </button>
      }
    >
      <MenuHead>
        {accepted
          ? `Requests are accepted from ${addressesWords(allowedIps)}`
          : `Key ${number} lists ${addressesWords(allowedIps)}`}
      </MenuHead>
      <ul ref={list}>
        {allowedIps.map((address) => (
          <li key={address} className="ip-address border-border border-t px-2.5 py-1.5 text-small">
            {address}
          </li>
        ))}
      </ul>
      {children}
    </Popover>
  );
}
