import type { IncomingMessage } from "node:http";
import type { ErrorCode } from "./errors";
import { type Headers, hasHeader, onlyValue, valuesOf } from "./request";

const MOST_HEADERS = 64;
export const MOST_HEADER_BYTES = 8 * 1024;

/**
 * What node:http lets through and no honest client sends.
 *
 * Attacks: two servers in a row that read one request as two (request smuggling: a transfer coding that only one of them understands, RFC 9112, 6.1;
 * a second Host, 3.2); a header past the number a server keeps, which it drops without a word; another version, whose rules are others.
 */
export function protocolError(headers: Headers, httpVersion: string): ErrorCode | null {
  if (headers.length / 2 > MOST_HEADERS) return "headers_too_large";
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return "bad_request";
  const hosts = valuesOf(headers, "host").length;
  if (hosts > 1 || (hosts === 0 && httpVersion !== "1.0")) return "bad_request";
  if (!hasHeader(headers, "transfer-encoding")) return null;
  const chunkedAlone = onlyValue(headers, "transfer-encoding")?.toLowerCase() === "chunked";
  return chunkedAlone && httpVersion !== "1.0" && !hasHeader(headers, "content-length") ? null : "bad_request";
}

/** What node's parser holds while it says that a request is there. */
type Parsing = { parser?: { getCurrentBuffer?(): Buffer } };

/**
 * Whether there is more than one blank between the parts of a request line (RFC 9112, 3), which node reads as one. To be asked in the moment a
 * connection's first request is there: for every request it would cost a twentieth of what one costs. A line that came in two pieces is not seen.
 */
export function firstLineIsOdd({ method, url, httpVersion, socket }: IncomingMessage): boolean {
  const read = (socket as Parsing).parser?.getCurrentBuffer?.();
  const start = read?.findIndex((byte) => byte !== CARRIAGE_RETURN && byte !== LINE_FEED) ?? -1;
  if (!read || start < 0 || !method || read.toString("latin1", start, start + method.length) !== method) return false;
  const line = `${method} ${url} HTTP/${httpVersion}\r\n`;
  return read.toString("latin1", start, start + line.length) !== line;
}

const [CARRIAGE_RETURN, LINE_FEED] = [0x0d, 0x0a];
