import { withoutOrigin } from "../http/request";

const API = "/api/v2/";
/** "." and "..", literal or percent-encoded. */
const DOTS = /^(?:\.|%2e){1,2}$/i;
/** Characters that some server treats as the end of a segment. */
const SEPARATORS = /\/|\\|%2f|%5c/i;

/**
 * Whether a path belongs to the API behind the gateway.
 *
 * Attack: /api/v2/../internal, which an upstream that resolves dots maps to a path outside the
 * API. Such a path is not forwarded, however its dots and slashes are encoded. Every other path
 * is forwarded as received.
 */
export const isForwarded = (path: string): boolean => path.startsWith(API) && !path.split(SEPARATORS).some(isDots);

/** Some servers cut off a segment's parameters (";v=1") before they resolve dots. */
const isDots = (segment: string): boolean => DOTS.test(segment.replace(/(?:;|%3b).*$/i, ""));

/** Path and query of a request target, byte for byte, without a fragment (RFC 9110, 7.1). */
export function originForm(target: string): string {
  const path = withoutOrigin(target);
  const end = path.indexOf("#");
  return end < 0 ? path : path.slice(0, end);
}
