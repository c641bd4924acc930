import type { ErrorCode } from "./errors";

/** A body in the pieces it arrived in. Joining a mebibyte costs a quarter of its HMAC. */
export type Body = readonly Buffer[];

/** A request as the ladder sees it, whichever server received it. */
export type GatewayRequest = {
  method: string;
  path: string;
  /** The request target as sent, with its query. */
  target: string;
  headers: Headers;
  /** The client's address in canonical form; null if it cannot be read. */
  source: string | null;
  /** Reads the body. Call it once: nothing is read before the ladder calls it. */
  body(): Promise<Body | ErrorCode>;
};

/**
 * Name, value, name, value, as received. Two headers of one name stay two; node's `headers` would
 * join them.
 */
export type Headers = readonly string[];

/** Every value of a header. `name` is in lower case. */
export function valuesOf(headers: Headers, name: string): string[] {
  const values: string[] = [];
  for (let at = placeOf(headers, name, 0); at >= 0; at = placeOf(headers, name, at + 2))
    values.push(headers[at + 1] as string);
  return values;
}

/** The value of a header that occurs exactly once and is not empty, else null. */
export function onlyValue(headers: Headers, name: string): string | null {
  const at = placeOf(headers, name, 0);
  return at < 0 || placeOf(headers, name, at + 2) >= 0 ? null : headers[at + 1] || null;
}

export const hasHeader = (headers: Headers, name: string): boolean => placeOf(headers, name, 0) >= 0;

/** Scans the list: a map of all headers would cost more than the few lookups of one request. */
function placeOf(headers: Headers, name: string, from: number): number {
  for (let index = from; index + 1 < headers.length; index += 2) {
    const other = headers[index] as string;
    if (isNamed(other, name)) return index;
  }
  return -1;
}

/** Compares without a lower-cased copy, which would be allocated for each header and lookup. */
function isNamed(other: string, name: string): boolean {
  if (other.length !== name.length) return false;
  for (let index = 0; index < name.length; index++) {
    const letter = other.charCodeAt(index);
    if (
      letter !== name.charCodeAt(index) &&
      (letter < 0x41 || letter > 0x5a || (letter | 0x20) !== name.charCodeAt(index))
    )
      return false;
  }
  return true;
}

/** A request target (RFC 9112, 3.2) without the scheme and authority that a proxy may send. */
export const withoutOrigin = (target: string): string =>
  target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?#]*/i, "");

/** The path of a request target, without its query. Nothing is decoded. */
export function pathOf(target: string): string {
  const path = withoutOrigin(target);
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}

/** The headers in the first bytes of a request that node did not parse completely. */
export function headersIn(bytes: Buffer | undefined): Headers | undefined {
  const text = bytes?.toString("latin1");
  if (!text || !/^[A-Z]+ \S+ HTTP\/1\.[01]\r\n/.test(text)) return undefined;
  return [...text.matchAll(/\r\n([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*)(?=\r\n)/g)].flatMap(
    ([, name = "", value = ""]) => [name, value],
  );
}
