/** The columns of a minute of a key, in the order they are counted in. */
export const COLUMNS = [
  "accepted",
  "bad_header_key",
  "bad_header_signature",
  "ip_not_allowed",
  "bad_content_format",
  "unsupported_media_type",
  "payload_too_large",
  "request_timeout",
  "bad_request",
  "unavailable",
  "other",
] as const;

export type Column = (typeof COLUMNS)[number];

const OTHER = COLUMNS.length - 1;
/** What is said to somebody the ladder let through, whatever the path or the API behind it answered. */
const AFTER_THE_LADDER: ReadonlySet<string> = new Set(["not_found", "method_not_allowed", "bad_gateway", "gateway_timeout"]);
const PLACES = new Map<string, number>(COLUMNS.map((column, place) => [column, place]));
PLACES.set("secret_not_opened", COLUMNS.indexOf("unavailable"));
PLACES.set("on_standby", COLUMNS.indexOf("bad_header_key"));

/** Where an outcome is counted. */
export const focusTarget = (outcome: string): number => PLACES.get(outcome) ?? (AFTER_THE_LADDER.has(outcome) ? 0 : OTHER);

export const ACCEPTED = 0;
