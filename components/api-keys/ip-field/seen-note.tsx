import { Plus } from "lucide-react";
import { type RefObject, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { cx } from "@/components/ui/cx";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/note";
import type { SeenSources } from "@/lib/api-keys/reads/seen-sources";
import { isSource, ruleForPart } from "@/lib/platform/ip-allowlist/covers";
import { ALLOWLIST_LIMIT } from "@/lib/platform/ip-allowlist/parse";
import { addressesWords } from "@/lib/words/addresses";
import { describe as sentence } from "@/lib/words/refusals/refusals";
import type { IpEntry } from "./use-ip-entry";

type Source = SeenSources["sources"][number];

type Props = {
  seen: SeenSources | null;
  entry: IpEntry;
  /** The address field, which gets the focus after the last address was added. */
  input: RefObject<HTMLInputElement | null>;
  number: number;
  frozen?: boolean;
};

const NAMED = 5;
const FULL = sentence({ code: "ip_too_many", limit: ALLOWLIST_LIMIT });

/** Of the addresses in use, those that the list refuses. None while a part of it is invalid. */
export const refusedSources = (seen: SeenSources | null, { list, refusalTexts }: IpEntry): Source[] =>
  refusalTexts.length > 0
    ? []
    : (seen?.sources ?? []).filter(({ source }) => isSource(source) && ruleForPart(source, list) === null);

/**
 * Warns if the edited list would refuse addresses that used the key in the last 7 days, says how
 * many requests they sent, and adds an address with one press. It blocks nothing. It has a status
 * region of its own, which says only what is new and keeps what still holds.
 */
export function SeenNote({ seen, entry, input, number, frozen }: Props) {
  const full = useId();
  const buttons = useRef<HTMLUListElement>(null);
  const [pressed, setPressed] = useState<string[]>([]);
  const [tries, setTries] = useState(0);
  const refused = refusedSources(seen, entry);
  const named = refused.slice(0, NAMED);
  const more = refused.length > NAMED ? `and ${refused.length - NAMED} more` : "";
  const others = othersIn(seen, entry);
  const lead = leadOf(refused, others, seen?.number === number ? null : (seen?.number ?? null));
  const rest = refused.length > 0 && others ? `${requests(others.count)} came from many other addresses.` : "";
  const told = lead && [lead, named.map(nameOf).join(", "), more, rest].filter(Boolean).join(" ");
  const isFull = entry.list.length >= ALLOWLIST_LIMIT;

  const add = (index: number, source: string) => {
    if (isFull) return setTries(tries + 1);
    const next = refused[index + 1] ?? refused[index - 1];
    flushSync(() => {
      setPressed([...pressed, source]);
      setTries(0);
      entry.add(source);
    });
    const button = buttons.current?.querySelector<HTMLElement>(`[data-source="${next?.source}"]`);
    (button ?? input.current)?.focus();
  };

  return (
    <>
      {lead && (
        <Note tone="warning" lead={lead}>
          <ul ref={buttons} className="mt-1.5 flex empty:hidden flex-wrap gap-1.5 text-small">
            {named.map((each, index) => (
              <li key={each.source} className="min-w-0">
                {frozen ? (
                  nameOf(each)
                ) : (
                  <button
                    type="button"
                    data-source={each.source}
                    aria-disabled={isFull || undefined}
                    aria-describedby={isFull ? full : undefined}
                    className={cx(addClass, isFull ? "cursor-not-allowed! text-subtle-foreground" : "hover:bg-sunken")}
                    onClick={() => add(index, each.source)}
                  >
                    <Icon of={Plus} className="shrink-0" />
                    <span>Add {nameOf(each)}</span>
                  </button>
                )}
              </li>
            ))}
            {more && <li className="self-center">{more}</li>}
          </ul>
          {rest && <p className="mt-1.5 text-small">{rest}</p>}
          {isFull && refused.length > 0 && !frozen && (
            <p id={full} className="mt-2 text-small">
              {FULL}
            </p>
          )}
        </Note>
      )}
      <div role="status" aria-atomic="false" className="sr-only">
        {pressed.map((source) => entry.list.includes(source) && <p key={source}>{source} added to the list.</p>)}
        {told && <p key={told}>{told}</p>}
        {lead && isFull && tries > 0 && <p key={tries}>{FULL}</p>}
      </div>
    </>
  );
}

const addClass =
  "wrap-anywhere inline-flex min-h-11 items-center gap-1.5 rounded-control border border-border-strong bg-surface px-2 text-start font-label tabular-nums sm:min-h-8";

/** The requests of a key with so many addresses that not all are known one by one. */
const othersIn = (seen: SeenSources | null, { list, refusalTexts }: IpEntry): Source | undefined =>
  list.length === 0 || refusalTexts.length > 0 ? undefined : seen?.sources.find(({ source }) => !isSource(source));

/** Names the other key if the requests were sent with the key that this one replaces. */
function leadOf(refused: Source[], others: Source | undefined, other: number | null): string | null {
  const sent = `that sent requests${other === null ? "" : ` with key ${other}`} in the last 7 days.`;
  if (refused.length > 0) return `Not allowed: ${addressesWords(refused.map(({ source }) => source))} ${sent}`;
  return others ? `Perhaps not allowed: many addresses ${sent}` : null;
}

const requests = (count: number): string => (count === 1 ? "1 request" : `${count.toLocaleString("en")} requests`);

const nameOf = ({ source, count }: Source): string => `${source} (${requests(count)})`;
