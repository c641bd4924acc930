"use client";

import { Search } from "lucide-react";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { Button } from "@/components/ui/button";
import { describedBy } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Refusal } from "@/components/ui/refusal";
import { useMounted } from "@/components/ui/use-mounted";
import { HitList } from "./hit-list";
import { useSearch } from "./use-search";

/**
 * The first thing staff use: the search field has the focus. The field has no name and is disabled
 * until React has taken over, so that no native submit can put its text into a URL.
 */
export function SearchBox() {
  const alive = useMounted();
  const atHome = usePathname() === "/support";
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (alive && atHome) input.current?.focus();
  }, [alive, atHome]);
  const { text, found, refusal, waiting, admit, type, submit, more } = useSearch();
  return (
    <search aria-label="Find a merchant">
      <form
        method="post"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label htmlFor="q" className="sr-only">
          Merchant, email or key
        </label>
        <div className="flex gap-2">
          <span className="relative min-w-0 flex-1">
            <Icon of={Search} className="absolute top-3.5 left-3.5 text-subtle-foreground" />
            <input
              id="q"
              ref={input}
              type="text"
              value={text}
              disabled={!alive}
              autoComplete="off"
              autoCapitalize="none"
              autoCorrect="off"
              spellCheck={false}
              placeholder="Merchant, email or key"
              {...describedBy("q", { refusal })}
              onPaste={(event) => {
                if (!admit(event.clipboardData.getData("text"))) event.preventDefault();
              }}
              onChange={(event) => type(event.target.value)}
              className="block h-11 w-full rounded-control border border-border-strong bg-surface pr-3 pl-10 text-input focus-visible:border-ring focus-visible:-outline-offset-1"
            />
          </span>
          <Button type="submit" disabled={!alive} waiting={waiting} className="h-11">
            Search
          </Button>
        </div>
      </form>
      <div role="status">
        {refusal && <Refusal id="q-refusal">{refusal}</Refusal>}
        {found && !refusal && (
          <p className="mx-0.5 mt-2.5 mb-2 text-subtle-foreground text-small">
            {count(found.hits.length, found.after !== null)}
          </p>
        )}
      </div>
      {found && found.hits.length > 0 && <HitList found={found} onMore={more} waiting={waiting} />}
    </search>
  );
}

function count(hits: number, more: boolean): string {
  if (hits === 0)
    return "No merchant found. Search by part of a name, a merchant ID, a member's whole email or a whole API key.";
  if (more) return `The first ${hits} merchants`;
  return hits === 1 ? "1 merchant" : `${hits} merchants`;
}
