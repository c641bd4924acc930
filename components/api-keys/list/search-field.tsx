"use client";

import { Search } from "lucide-react";
import type { Route } from "next";
import { usePathname, useRouter } from "next/navigation";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { Refusal } from "@/components/ui/refusal";
import { mayHoldSecret } from "@/lib/api-keys/may-hold-secret";
import { describe as sentence } from "@/lib/words/refusals/refusals";

/**
 * Finds keys by ID, key or note. What may be a secret key is taken out of the field at once, and is
 * sent nowhere.
 */
export function SearchField({ words, found }: { words: string; found: number | null }) {
  const router = useRouter();
  const path = usePathname();
  const id = useId();
  const [text, setText] = useState(words);
  const [refused, setRefused] = useState(false);

  const type = (given: string) => {
    const held = mayHoldSecret(given);
    setRefused(held);
    setText(held ? "" : given);
  };
  const search = (event: FormEvent) => {
    event.preventDefault();
    const wanted = text.trim();
    router.push((wanted ? `${path}?q=${encodeURIComponent(wanted)}` : path) as Route);
  };
  return (
    <search className="mb-3 block">
      <form onSubmit={search} className="flex flex-wrap items-center gap-2">
        <label htmlFor={id} className="sr-only">
          Search by ID, key or note
        </label>
        <input
          id={id}
          type="text"
          autoComplete="off"
          spellCheck={false}
          placeholder="ID, key or note"
          maxLength={200}
          value={text}
          onChange={({ target }) => type(target.value)}
          aria-invalid={refused || undefined}
          aria-describedby={`${id}-said`}
          className="h-11 min-w-0 flex-1 rounded-control border border-border-strong bg-surface px-3 text-input focus-visible:border-ring focus-visible:-outline-offset-1 sm:h-9 sm:max-w-72"
        />
        <Button type="submit" className="h-11 sm:h-9">
          <Icon of={Search} />
          Search
        </Button>
        {words && (
          <Link href={path as Route} className="px-1 text-label">
            Show all keys
          </Link>
        )}
      </form>
      <div id={`${id}-said`} role="status">
        {refused && <Refusal>{sentence({ code: "secret_typed" })}</Refusal>}
        {!refused && found !== null && words && (
          <p className="mt-2 text-muted-foreground text-label">
            {found === 0 ? "No key found." : found === 1 ? "1 key found." : `${found} keys found.`}
          </p>
        )}
      </div>
    </search>
  );
}
