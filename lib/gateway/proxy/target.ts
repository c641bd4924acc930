import { withoutOrigin } from "../http/request";

const API = "/api/v2/";
/** "." and "..", as they are and percent-encoded. */
const DOTS = /^(?:\.|%2e){1,2}$/i;
/** What one server or another takes for the end of a segment. */
const SEPARATORS = /\/|\\|%2f|%5c/i;

/**
 * Whether a path belongs to the API behind the gateway.
 *
 * Attack: /api/v2/../internal, which an upstream that resolves dots serves from outside. Such a path is nobody's, however its dots and slashes
 * are written; anything else goes on as received.
 */
export const isForwarded = (path: string): boolean => path.startsWith(API) && !path.split(SEPARATORS).some(isDots);

/** Parameters of a segment (";v=1") are cut off by some before dots are resolved. */
const isDots = (segment: string): boolean => DOTS.test(segment.replace(/(?:;|%3b).*$/i, ""));

/** Path and query of a request target, byte for byte; a fragment is no part of it (RFC 9110, 7.1). */
export function originForm(target: string): string {
  const path = withoutOrigin(target);
  const end = path.indexOf("#");
  return end < 0 ? path : path.slice(0, end);
}
