import { Plus } from "lucide-react";
import { type MouseEvent, type RefObject, useEffect, useRef } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/note";
import type { SeenSources } from "@/lib/api-keys/reads/seen-sources";
import { isSource, ruleForPart } from "@/lib/platform/ip-allowlist/covers";
import { addressesWords } from "@/lib/words/addresses";
import type { IpEntry } from "./use-ip-entry";

const NAMED = 5;

type Props = {
  seen: SeenSources | null;
  entry: IpEntry;
  /** The address field, which gets the focus after the last address was added. */
  input: RefObject<HTMLInputElement | null>;
  number: number;
  frozen?: boolean;
};

/**
 * Warns if the edited list would refuse addresses that sent accepted requests in the last 7 days,
 * says how many requests, and adds an address with one press. It blocks nothing.
 */
export function SeenNote({ seen, entry, input, number, frozen }: Props) {
  const lost = (seen?.sources ?? []).filter(
    ({ source }) => isSource(source) && ruleForPart(source, entry.list) === null,
  );
  const lead = lost.length === 0 ? null : leadOf(lost, seen?.number === number ? null : (seen?.number ?? null));
  const named = lost.slice(0, NAMED);
  const more = lost.length > NAMED ? `and ${lost.length - NAMED} more` : "";
  const told = lead && `${lead} ${[named.map(nameOf).join(", "), more].filter(Boolean).join(" ")}`;
  const added = useSaid(told);

  const add = (source: string) => (event: MouseEvent<HTMLButtonElement>) => {
    const item = event.currentTarget.parentElement;
    const neighbour = (item?.nextElementSibling ?? item?.previousElementSibling)?.querySelector("button");
    (neighbour ?? input.current)?.focus();
    added.current = source;
    entry.add(source);
  };

  if (!lead) return null;
  return (
    <Note tone="warning" lead={lead}>
      <ul className="mt-1.5 flex flex-wrap gap-1.5 text-small">
        {named.map((each) => (
          <li key={each.source} className="min-w-0">
            {frozen ? (
              nameOf(each)
            ) : (
              <button type="button" className={addClass} onClick={add(each.source)}>
                <Icon of={Plus} className="shrink-0 text-subtle-foreground" />
                <span>
                  <span className="sr-only">Add </span>
                  {nameOf(each)}
                </span>
              </button>
            )}
          </li>
        ))}
        {more && <li className="self-center">{more}</li>}
      </ul>
    </Note>
  );
}

const addClass =
  "wrap-anywhere inline-flex min-h-11 items-center gap-1.5 rounded-chip border border-border-strong bg-surface sm:min-h-8 px-2 text-start tabular-nums hover:bg-sunken";

/** Announces a warning when it changes, after the address that was added just before. */
function useSaid(told: string | null): RefObject<string | null> {
  const say = useAnnounce();
  const added = useRef<string | null>(null);
  useEffect(() => {
    const text = [added.current && `${added.current} added to the list.`, told].filter(Boolean).join(" ");
    added.current = null;
    if (text) say(text);
  }, [say, told]);
  return added;
}

/** Names the other key if the requests were sent with the key that this one replaces. */
function leadOf(lost: SeenSources["sources"], other: number | null): string {
  return `Not allowed: ${addressesWords(lost.map(({ source }) => source))} that sent requests${other === null ? "" : ` with key ${other}`} in the last 7 days.`;
}

const nameOf = ({ source, count }: SeenSources["sources"][number]): string =>
  `${source} (${count === 1 ? "1 request" : `${count.toLocaleString("en")} requests`})`;
