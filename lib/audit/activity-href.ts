import { readGroup } from "../words/audit/words";
import { type ActivityQuery, readCursor } from "./activity";
import type { Group } from "./describe";

/** Reads a page's query parameters; unreadable ones are ignored. */
export const readActivityQuery = ({ show, before }: Record<string, unknown>): ActivityQuery => ({
  group: readGroup(show),
  before: readCursor(before),
});

/** The URL of a page of the list at `path`. */
export const activityHref =
  (path: string) =>
  (group: Group | null, before?: string): string => {
    const query = new URLSearchParams({ ...(group && { show: group }), ...(before && { before }) });
    return query.size > 0 ? `${path}?${query}` : path;
  };
