import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { releaseConnection } from "../../http/release-connection";
import { type ErrorCode, errorAnswer } from "./errors";

/**
 * Refuses on a connection that has no request to answer, and closes it, whatever the client does.
 */
export function refuseRaw(socket: Duplex, code: ErrorCode, requestId: string): number {
  const { status, headers, body } = errorAnswer(code);
  const all = [
    ...headers,
    "Content-Length",
    String(Buffer.byteLength(body)),
    "Cache-Control",
    "no-store",
    "X-Request-Id",
    requestId,
  ];
  const lines = [...all, "Connection", "close"].map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
  releaseConnection(socket);
  return status;
}
