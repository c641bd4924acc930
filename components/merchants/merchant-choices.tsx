"use client";

import { Check, Search } from "lucide-react";
import { useState } from "react";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { MenuGroup, MenuItem, menuItemClass } from "@/components/ui/menu";
import type { Mode } from "@/lib/merchants/queries";
import { Highlight } from "./highlight";
import { ModeTag } from "./mode-tag";

export type Choice = { id: string; name: string; number: number; mode: Mode; role: string };

/** With this many merchants or more, a search field is shown. */
const SEARCHED = 8;

type Props = { current: string; merchants: Choice[]; onPick(): void };

/** The user's merchants, with a search by name or ID if there are many. */
export function MerchantChoices({ current, merchants, onPick }: Props) {
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const found = merchants.filter(
    ({ name, number }) => name.toLowerCase().includes(wanted) || String(number).startsWith(wanted),
  );
  const searched = merchants.length >= SEARCHED;
  return (
    <>
      {searched && <SearchField query={query} onChange={setQuery} />}
      <MenuGroup>
        {found.map(({ id, name, number, mode, role }) => (
          <li key={id}>
            <Link
              href={`/merchants/${id}`}
              onClick={onPick}
              aria-current={id === current ? "true" : undefined}
              className={menuItemClass}
            >
              <MenuItem
                hint={
                  <>
                    <Highlight text={String(number)} part={wanted} start />, {role}
                  </>
                }
                after={id === current && <Icon of={Check} className="shrink-0 text-primary" />}
              >
                <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                  <span className="min-w-0">
                    <Highlight text={name} part={wanted} />
                  </span>
                  <ModeTag mode={mode} small />
                </span>
              </MenuItem>
            </Link>
          </li>
        ))}
      </MenuGroup>
      {searched && (
        <p role="status" className="px-2.5 py-2 text-subtle-foreground text-small tabular-nums">
          {found.length === 0
            ? "No merchant of yours has this name or ID."
            : `${found.length} of ${merchants.length} merchants`}
        </p>
      )}
    </>
  );
}

const SearchField = ({ query, onChange }: { query: string; onChange(query: string): void }) => (
  <div className="relative mb-1.5 p-1">
    <Icon of={Search} className="absolute top-1/2 left-4 -translate-y-1/2 text-subtle-foreground" />
    <input
      type="search"
      aria-label="Search your merchants by name or ID"
      placeholder="Name or ID"
      autoComplete="off"
      spellCheck={false}
      value={query}
      onChange={(event) => onChange(event.target.value)}
      className="h-10 w-full rounded-control border border-border-strong bg-surface pr-3 pl-9.5 text-input placeholder:text-subtle-foreground placeholder:opacity-100 focus-visible:border-ring focus-visible:-outline-offset-1"
    />
  </div>
);
