import { readGroup } from "../words/audit/words";
import { type ActivityWish, readCursor } from "./activity";
import type { Group } from "./describe";

/** What a page's address asks for; what cannot be read counts as not asked. */
export const readActivityWish = ({ show, before }: Record<string, unknown>): ActivityWish => ({
  group: readGroup(show),
  before: readCursor(before),
});

/** The address of a page of the list at `path`. */
export const activityHref =
  (path: string) =>
  (group: Group | null, before?: string): string => {
    const query = new URLSearchParams({ ...(group && { show: group }), ...(before && { before }) });
    return query.size > 0 ? `${path}?${query}` : path;
  };
