import { isTry } from "../../gateway/usage/columns";

/** The filters of a key's list of refusals. */
export const REFUSAL_GROUPS = {
  all: { name: "All", reasons: null },
  address: { name: "Address", reasons: ["ip_not_allowed"] },
  signature: {
    name: "Signature",
    reasons: [
      "bad_header_signature",
      "required_header_signature",
      "required_header_key",
      "bad_header_key",
      "secret_sent",
    ],
  },
  content: { name: "Content", reasons: ["bad_content_format", "unsupported_media_type", "payload_too_large"] },
  path: { name: "Path", reasons: ["not_found", "method_not_allowed"] },
} as const;

export type RefusalGroup = keyof typeof REFUSAL_GROUPS;

/** Reads the filter from a URL's query; anything else means all. */
export const readRefusalGroup = (text: unknown): RefusalGroup =>
  typeof text === "string" && Object.hasOwn(REFUSAL_GROUPS, text) ? (text as RefusalGroup) : "all";

type Counted = { reason: string; count: number };

/** How many were refused, and how many tries there were besides. */
export function countRefusals(rows: readonly Counted[]): { refused: number; tries: number } {
  const sum = (of: readonly Counted[]) => of.reduce((total, { count }) => total + count, 0);
  const tries = sum(rows.filter(({ reason }) => isTry(reason)));
  return { refused: sum(rows) - tries, tries };
}

export const isInGroup = (group: RefusalGroup, reason: string): boolean =>
  (REFUSAL_GROUPS[group].reasons as readonly string[] | null)?.includes(reason) ?? true;
