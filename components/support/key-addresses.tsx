"use client";

import { Chip, moreClass } from "@/components/ui/chip";
import { MenuHead } from "@/components/ui/menu";
import { Popover } from "@/components/ui/popover";
import type { SupportKey } from "@/lib/support/keys";

/** The first address a key may be used from; "and 2 other" opens all. */
export function KeyAddresses({ of: { number, state, allowedIps } }: { of: SupportKey }) {
  const [first, ...others] = allowedIps;
  if (!first) return <span className="text-ink-2">{state === "generated" ? "Set on activation" : "Any IP"}</span>;
  return (
    <div className="grid justify-items-start gap-0.5 md:[&_.address]:whitespace-normal!">
      <Chip>{first}</Chip>
      {others.length > 0 && (
        <Popover
          label={`IP addresses of key ${number}`}
          align="start"
          width="sm:w-85"
          trigger={
            <button type="button" className={moreClass}>
              and {others.length} other<span className="sr-only"> of key {number}</span>
            </button>
          }
        >
          <MenuHead>
            Key {number} lists {allowedIps.length} addresses
          </MenuHead>
          <ul>
            {allowedIps.map((address) => (
              <li key={address} className="address border-line border-t px-2.5 py-1.5 text-small">
                {address}
              </li>
            ))}
          </ul>
        </Popover>
      )}
    </div>
  );
}
