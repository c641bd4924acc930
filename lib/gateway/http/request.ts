import type { ErrorCode } from "./errors";

/** A body in the pieces it came in: to put a mebibyte together costs a quarter of what its HMAC does. */
export type Body = readonly Buffer[];

/** A request as the ladder sees it, whatever server received it. */
export type GatewayRequest = {
  method: string;
  path: string;
  /** As it was asked for, with its query. */
  target: string;
  headers: Headers;
  /** The client's address in canonical form; null where it cannot be read. */
  source: string | null;
  /** Reads the body, once: nothing of it is read before the ladder asks. */
  body(): Promise<Body | ErrorCode>;
};

/** Name, value, name, value, as received: two headers of one name stay two, where others join them. */
export type Headers = readonly string[];

/** Every value of a header, named in lower case. */
export function valuesOf(headers: Headers, name: string): string[] {
  const values: string[] = [];
  for (let at = placeOf(headers, name, 0); at >= 0; at = placeOf(headers, name, at + 2)) values.push(headers[at + 1] as string);
  return values;
}

/** The value of a header that stands exactly once and is not empty, else null. */
export function onlyValue(headers: Headers, name: string): string | null {
  const at = placeOf(headers, name, 0);
  return at < 0 || placeOf(headers, name, at + 2) >= 0 ? null : headers[at + 1] || null;
}

export const hasHeader = (headers: Headers, name: string): boolean => placeOf(headers, name, 0) >= 0;

/** A table of all of them would cost more than the few questions asked of one request. */
function placeOf(headers: Headers, name: string, from: number): number {
  for (let index = from; index + 1 < headers.length; index += 2) {
    const other = headers[index] as string;
    if (isNamed(other, name)) return index;
  }
  return -1;
}

/** Without the text in lower case, which would be made for each header and question. */
function isNamed(other: string, name: string): boolean {
  if (other.length !== name.length) return false;
  for (let index = 0; index < name.length; index++) {
    const letter = other.charCodeAt(index);
    if (letter !== name.charCodeAt(index) && (letter < 0x41 || letter > 0x5a || (letter | 0x20) !== name.charCodeAt(index))) return false;
  }
  return true;
}

/** A request target (RFC 9112, 3.2) without the scheme and authority that a proxy's may have. */
export const withoutOrigin = (target: string): string => (target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?#]*/i, ""));

/** The path of a request target, without its query; nothing is decoded. */
export function pathOf(target: string): string {
  const path = withoutOrigin(target);
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}

/** The headers in the first bytes of a request that node did not read to its end. */
export function headersIn(bytes: Buffer | undefined): Headers | undefined {
  const text = bytes?.toString("latin1");
  if (!text || !/^[A-Z]+ \S+ HTTP\/1\.[01]\r\n/.test(text)) return undefined;
  return [...text.matchAll(/\r\n([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*)(?=\r\n)/g)].flatMap(([, name = "", value = ""]) => [
    name,
    value,
  ]);
}
