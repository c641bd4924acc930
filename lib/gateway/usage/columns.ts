/** The columns of a key's hour, in the order of the counts. */
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

const OTHER = COLUMNS.length - 1;
/**
 * Outcomes after the ladder accepted the request, decided by its path or by the API behind the
 * gateway.
 */
const AFTER_THE_LADDER: ReadonlySet<string> = new Set([
  "not_found",
  "method_not_allowed",
  "bad_gateway",
  "gateway_timeout",
]);
const PLACES = new Map<string, number>(COLUMNS.map((column, place) => [column, place]));
PLACES.set("secret_not_opened", COLUMNS.indexOf("unavailable"));
PLACES.set("on_standby", COLUMNS.indexOf("bad_header_key"));

/** The column in which an outcome is counted. */
export const columnIndexOf = (outcome: string): number =>
  PLACES.get(outcome) ?? (AFTER_THE_LADDER.has(outcome) ? 0 : OTHER);

export const ACCEPTED = 0;

/**
 * Correctly signed requests of a pair that is to take over later. They are listed beside the
 * refusals, but not counted: a client that survives a rotation sends them on purpose.
 */
export const isTry = (reason: string): boolean => reason === "on_standby";
