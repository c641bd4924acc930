import type { Problem } from "./problems";
import { type Headers, hasHeader, onlyValue, valuesOf } from "./request";

export const MOST_HEADERS = 64;
export const MOST_HEADER_BYTES = 8 * 1024;

/**
 * What node:http lets through and no honest client sends.
 *
 * Attacks: two servers in a row that read one request as two (request smuggling: a transfer coding that only one of them understands, RFC 9112, 6.1;
 * a second Host, 3.2); a header past the number a server keeps, which it drops without a word.
 */
export function protocolProblem(headers: Headers, httpVersion: string): Problem | null {
  if (headers.length / 2 > MOST_HEADERS) return "headers_too_large";
  const hosts = valuesOf(headers, "host").length;
  if (hosts > 1 || (hosts === 0 && httpVersion !== "1.0")) return "bad_request";
  if (!hasHeader(headers, "transfer-encoding")) return null;
  const chunkedAlone = onlyValue(headers, "transfer-encoding")?.toLowerCase() === "chunked";
  return chunkedAlone && httpVersion !== "1.0" && !hasHeader(headers, "content-length") ? null : "bad_request";
}
