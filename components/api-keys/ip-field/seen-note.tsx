import { Plus } from "lucide-react";
import { type RefObject, useEffect, useRef } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/note";
import type { SeenSources } from "@/lib/api-keys/reads/seen-sources";
import { isSource, ruleForPart } from "@/lib/platform/ip-allowlist/covers";
import { ALLOWLIST_LIMIT } from "@/lib/platform/ip-allowlist/parse";
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
 * Warns if the edited list would refuse addresses that used the key in the last 7 days, says how
 * many requests they sent, and adds an address with one press. It blocks nothing.
 */
export function SeenNote({ seen, entry, input, number, frozen }: Props) {
  const { lost, lead, rest } = warningOf(seen, entry.list, number);
  const named = lost.slice(0, NAMED);
  const more = lost.length > NAMED ? `and ${lost.length - NAMED} more` : "";
  const room = ALLOWLIST_LIMIT - entry.list.length;
  const full = room <= 0 && lost.length > 0 ? FULL : "";
  const told = lead && [lead, named.map(nameOf).join(", "), more, rest, full].filter(Boolean).join(" ");
  const added = useSaid(told);
  const list = useRef<HTMLUListElement>(null);

  const add = (source: string, index: number) => {
    const buttons = list.current?.querySelectorAll("button") ?? [];
    const neighbour = room > 1 ? (buttons[index + 1] ?? buttons[index - 1]) : null;
    (neighbour ?? input.current)?.focus();
    added.current = source;
    entry.add(source);
  };

  if (!lead) return null;
  return (
    <Note tone="warning" lead={lead}>
      {lost.length > 0 && (
        <ul ref={list} className="mt-1.5 flex flex-wrap gap-1.5 text-small">
          {named.map((each, index) => (
            <li key={each.source} className="min-w-0">
              {frozen || full ? (
                nameOf(each)
              ) : (
                <button type="button" className={addClass} onClick={() => add(each.source, index)}>
                  <Icon of={Plus} className="shrink-0 text-subtle-foreground" />
                  <span>Add {nameOf(each)}</span>
                </button>
              )}
            </li>
          ))}
          {more && <li className="self-center">{more}</li>}
        </ul>
      )}
      {[rest, full].filter(Boolean).map((each) => (
        <p key={each} className="mt-1.5 text-small">
          {each}
        </p>
      ))}
    </Note>
  );
}

const addClass =
  "wrap-anywhere inline-flex min-h-11 items-center gap-1.5 rounded-chip border border-border-strong bg-surface sm:min-h-8 px-2 text-start tabular-nums hover:bg-sunken";

const FULL = `The list is full, with ${ALLOWLIST_LIMIT} addresses. Remove one to add another, or allow a range.`;

/**
 * Announces a warning when it changes, after the address that was added just before, for as long
 * as it holds.
 */
function useSaid(told: string | null): RefObject<string | null> {
  const say = useAnnounce();
  const added = useRef<string | null>(null);
  useEffect(() => {
    const text = [added.current && `${added.current} added to the list.`, told].filter(Boolean).join(" ");
    added.current = null;
    return text ? say(text) : undefined;
  }, [say, told]);
  return added;
}

/**
 * What this list would refuse. Names the other key if the requests were sent with the key that
 * this one replaces. Of a key with very many addresses, not all are known one by one.
 */
function warningOf(seen: SeenSources | null, list: readonly string[], number: number) {
  const sources = list.length > 0 ? (seen?.sources ?? []) : [];
  const lost = sources.filter(({ source }) => isSource(source) && ruleForPart(source, list) === null);
  const others = sources.find(({ source }) => !isSource(source));
  const other = seen && seen.number !== number ? ` with key ${seen.number}` : "";
  const lead =
    lost.length > 0
      ? `Not allowed: ${addressesWords(lost.map(({ source }) => source))} that sent requests${other} in the last 7 days.`
      : others && `Perhaps not allowed: many other addresses that sent requests${other} in the last 7 days.`;
  const rest = lost.length > 0 && others ? `${requests(others.count)} came from many other addresses.` : "";
  return { lost, lead: lead ?? null, rest };
}

const requests = (count: number): string => (count === 1 ? "1 request" : `${count.toLocaleString("en")} requests`);

const nameOf = ({ source, count }: SeenSources["sources"][number]): string => `${source} (${requests(count)})`;
