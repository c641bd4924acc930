import type { Problem } from "./problems";

/** A request as the ladder sees it, whatever server received it. */
export type GatewayRequest = {
  method: string;
  path: string;
  headers: Headers;
  /** The client's address in canonical form; null where it cannot be read. */
  source: string | null;
  /** Reads the body, once: nothing of it is read before the ladder asks. */
  body(): Promise<Buffer | Problem>;
};

/** Every value of each header, by lower-case name: two headers of one name stay two, where others join them. */
export type Headers = ReadonlyMap<string, readonly string[]>;

const NONE: readonly string[] = [];

export const valuesOf = (headers: Headers, name: string): readonly string[] => headers.get(name) ?? NONE;

/** The value of a header that stands exactly once and is not empty, else null. */
export function onlyValue(headers: Headers, name: string): string | null {
  const values = valuesOf(headers, name);
  return (values.length === 1 && values[0]) || null;
}

/** From name, value, name, value, as received. */
export function indexHeaders(raw: readonly string[]): Headers {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] as string).toLowerCase();
    const values = headers.get(name);
    if (values) values.push(raw[index + 1] as string);
    else headers.set(name, [raw[index + 1] as string]);
  }
  return headers;
}

/** The path of a request target (RFC 9112, 3.2), without its query; nothing is decoded. */
export function pathOf(target: string): string {
  const path = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?#]*/i, "");
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}
