import type { Route } from "next";
import { Pager } from "@/components/ui/pager";
import type { KeyPage } from "@/lib/api-keys/reads/queries";
import { shownKey } from "../../key-state/last-used";
import { pagerText } from "../words";
import { KeyTable } from "./key-table";
import { RetiredFold } from "./retired-fold";
import { SearchField } from "./search-field";

export type Counts = { listed: number; retired: number };

/** `found` is null if nothing is searched for. */
export type Search = { words: string; found: number | null };

/** With fewer keys, no search field is shown. */
const SEARCHED_FROM = 8;

type Props = { search: Search; path: string; page: KeyPage; retired: KeyPage | null; counts: Counts };

const sheet = "md:rounded-card md:border md:border-border md:bg-surface md:overflow-hidden";
const pager = "max-md:[&>div]:border-0 max-md:[&>div]:px-0";

/** The list with its pages, and the retired keys in a collapsed section with their own pages. */
export const KeysList = ({ path, page, retired, counts, search }: Props) => (
  <section aria-labelledby="keys-list">
    <h2 id="keys-list" tabIndex={-1} className="type-heading mb-3">
      Generated API keys
    </h2>
    {(search.found !== null || counts.listed + counts.retired >= SEARCHED_FROM) && (
      <SearchField key={search.words} {...search} />
    )}
    <div className={sheet}>
      {page.keys.length > 0 && <KeyTable caption="Generated API keys" keys={page.keys.map(shownKey)} />}
      {(page.older !== null || !page.newest) && (
        <div className={pager}>
          <Pager
            heading="keys-list"
            newest={page.newest ? undefined : (path as Route)}
            older={at(path, { before: page.older })}
          >
            {pagerText(page.keys.length, counts.listed, page.newest, "you can use")}
          </Pager>
        </div>
      )}
      {search.found === null && <Retired path={path} retired={retired} count={counts.retired} />}
    </div>
  </section>
);

export const Retired = ({ path, retired, count }: { path: string; retired: KeyPage | null; count: number }) =>
  count > 0 && (
    <RetiredFold count={count} open={retired !== null} href={`${path}?retired=newest#retired` as Route}>
      {retired && (
        <h3 id="retired-title" tabIndex={-1} className="sr-only">
          Retired API keys
        </h3>
      )}
      {retired && <KeyTable caption="Retired API keys" keys={retired.keys.map(shownKey)} />}
      {retired && (retired.older !== null || !retired.newest) && (
        <div className={pager}>
          <Pager
            heading="retired-title"
            newest={retired.newest ? undefined : (`${path}?retired=newest#retired` as Route)}
            older={at(path, { retired: retired.older }, "#retired")}
          >
            {pagerText(retired.keys.length, count, retired.newest, "retired")}
          </Pager>
        </div>
      )}
    </RetiredFold>
  );

function at(path: string, query: Record<string, number | null>, hash = ""): Route | undefined {
  const [[name, value] = []] = Object.entries(query);
  return value == null ? undefined : (`${path}?${name}=${value}${hash}` as Route);
}
