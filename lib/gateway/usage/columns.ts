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
 * Outcomes of requests that the gateway passed on: the key was used. A request whose path or method
 * does not exist was signed correctly too, but nothing was done.
 */
const PASSED_ON: ReadonlySet<string> = new Set(["bad_gateway", "gateway_timeout"]);
const PLACES = new Map<string, number>(COLUMNS.map((column, place) => [column, place]));
PLACES.set("secret_not_opened", COLUMNS.indexOf("unavailable"));
PLACES.set("on_standby", COLUMNS.indexOf("bad_header_key"));

/** The column in which an outcome is counted. */
export const columnIndexOf = (outcome: string): number => PLACES.get(outcome) ?? (PASSED_ON.has(outcome) ? 0 : OTHER);

export const ACCEPTED = 0;

/**
 * Correctly signed requests of a pair that is to take over later. They are listed beside the
 * refusals, but not counted: a client that survives a rotation sends them on purpose.
 */
export const TRY = "on_standby";

export const isTry = (reason: string): boolean => reason === TRY;
