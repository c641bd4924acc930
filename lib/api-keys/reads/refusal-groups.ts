/** The filters of a key's list of refusals. */
export const GROUPS = {
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
} as const;

export type Group = keyof typeof GROUPS;

/** Reads the filter from a URL's query; anything else means all. */
export const readGroup = (text: unknown): Group =>
  typeof text === "string" && Object.hasOwn(GROUPS, text) ? (text as Group) : "all";

export const isIn = (group: Group, reason: string): boolean =>
  (GROUPS[group].reasons as readonly string[] | null)?.includes(reason) ?? true;
