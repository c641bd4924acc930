import type { IncomingMessage } from "node:http";
import type { ErrorCode } from "./errors";
import { type Headers, hasHeader, onlyValue, valuesOf } from "./request";

const MAX_HEADERS = 64;
export const MAX_HEADER_BYTES = 8 * 1024;

/**
 * Refuses what node:http accepts although no honest client sends it.
 *
 * Attacks: request smuggling, in which two servers in a row read one request as two (a transfer
 * coding that only one of them understands, RFC 9112, 6.1; a second Host, 3.2); a header beyond
 * the number that a server keeps, which it drops silently; another HTTP version, which has other
 * rules.
 */
export function protocolError(headers: Headers, httpVersion: string): ErrorCode | null {
  if (headers.length / 2 > MAX_HEADERS) return "headers_too_large";
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return "bad_request";
  const hosts = valuesOf(headers, "host").length;
  if (hosts > 1 || (hosts === 0 && httpVersion !== "1.0")) return "bad_request";
  if (!hasHeader(headers, "transfer-encoding")) return null;
  const chunkedAlone = onlyValue(headers, "transfer-encoding")?.toLowerCase() === "chunked";
  return chunkedAlone && httpVersion !== "1.0" && !hasHeader(headers, "content-length") ? null : "bad_request";
}

/** The buffer of node's parser at the moment it reports a request. */
type Parsing = { parser?: { getCurrentBuffer?(): Buffer } };

/**
 * Whether a request line has more than one space between its parts (RFC 9112, 3), which node
 * treats as one. Call this when a connection's first request arrives: to check every request
 * would add a twentieth to its cost. A line that arrives in two pieces is not detected.
 */
export function requestLineHasExtraSpaces({ method, url, httpVersion, socket }: IncomingMessage): boolean {
  const read = (socket as Parsing).parser?.getCurrentBuffer?.();
  const start = read?.findIndex((byte) => byte !== CARRIAGE_RETURN && byte !== LINE_FEED) ?? -1;
  if (!read || start < 0 || !method || read.toString("latin1", start, start + method.length) !== method) return false;
  const line = `${method} ${url} HTTP/${httpVersion}\r\n`;
  return read.toString("latin1", start, start + line.length) !== line;
}

const [CARRIAGE_RETURN, LINE_FEED] = [0x0d, 0x0a];
