import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { releaseConnection } from "../gateway/cache/release-connection";
import type { TrustedProxies } from "../http/client-address";
import { limitConnections } from "../http/connection-limits";
import { MOST_BODY_BYTES } from "./body-limits";
import { isHangUp } from "./console-log";
import { rawRefusal, refusalText } from "./refusal-answer";
import { inRequest } from "./request-context";
import { ALLOW, type Refused, sanitize } from "./trusted-headers";

export type DashboardParts = {
  publicOrigin: string;
  trusted: TrustedProxies;
  maxConnections: number;
  maxConnectionsPerSource: number;
  /** How long the headers of a request, and all of it, may take, in milliseconds. */
  headersMs?: number;
  requestMs?: number;
  /** The security headers of a page whose scripts have this nonce. */
  headersFor(nonce: string): Record<string, string>;
  /** Answers what is let through. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<unknown>;
  log: Logger;
};

export type DashboardServer = { server: Server; answer(request: IncomingMessage, response: ServerResponse): void };

/**
 * The server in front of Next; `answer` is for its requests. Promise: every answer carries the security headers and an id, also those that Next
 * or node:http write by themselves; who sends slowly is answered 408 within a quarter of a second of the limit; no source takes every connection.
 */
export function createDashboardServer(parts: DashboardParts): DashboardServer {
  const server = createServer({
    headersTimeout: parts.headersMs ?? 15_000,
    requestTimeout: parts.requestMs ?? 30_000,
    // What both are held by: every 30 s, unless told, so that 15 s would be up to 45.
    connectionsCheckingInterval: 250,
    // Idle connections are closed by the proxy, not under its hands: nginx keeps them for 60 s unless it is told otherwise.
    keepAliveTimeout: 65_000,
    // Judged by the front door, which says so in its own words.
    requireHostHeader: false,
  });
  // Node's own limit drops the headers past it without a word.
  server.maxHeadersCount = 0;
  // Longer than anything may be silent: a client that does not read its answer would hold it for ever.
  server.timeout = 75_000;
  const { maxConnections: most, maxConnectionsPerSource: mostPerSource, trusted, log } = parts;
  limitConnections(server, { most, mostPerSource, trusted, log, refused: () => undefined });

  const latest = new WeakMap<Duplex, ServerResponse>();
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    latest.set(request.socket, response);
    const [nonce, requestId] = [randomBytes(16).toString("base64"), randomUUID()];
    for (const [name, value] of Object.entries(parts.headersFor(nonce))) response.setHeader(name, value);
    response.setHeader("X-Request-Id", requestId);
    const { method, url, httpVersion, rawHeaders, headers, socket } = request;
    const verdict = sanitize({ method, url, httpVersion, rawHeaders, headers, peer: socket.remoteAddress ?? "" }, parts);
    if ("refused" in verdict) return turnAway(request, response, verdict.refused, nonce);
    const expectation = headers.expect?.toLowerCase();
    if (expectation && expectation !== "100-continue") return turnAway(request, response, { status: 417 }, nonce);
    if (expectation) response.writeContinue();
    request.url = verdict.url;
    const [path = ""] = verdict.url.split("?", 1);
    inRequest({ requestId, method: method ?? "", path }, () =>
      parts.handle(request, response).catch((error: unknown) => {
        if (!isHangUp(error)) log.error({ requestId, method, path, err: error }, "a bug");
        response.destroy();
      }),
    );
  };

  const passOn = (request: IncomingMessage, response: ServerResponse) => void server.emit("request", request, response);
  server.on("checkContinue", passOn).on("checkExpectation", passOn);
  const refuse = (socket: Duplex, status: number) => {
    const nonce = randomBytes(16).toString("base64");
    socket.end(rawRefusal(status, { ...parts.headersFor(nonce), "X-Request-Id": randomUUID() }, nonce));
    releaseConnection(socket);
  };
  server.on("connect", (_request, socket) => refuse(socket, 405));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const response = latest.get(socket);
    const status = statusOf(error.code ?? "");
    const begun = response && !response.writableFinished && response.headersSent;
    if (!status || !socket.writable || begun) socket.destroy();
    else refuse(socket, status);
  });
  return { server, answer };
}

function turnAway(request: IncomingMessage, response: ServerResponse, { status, location }: Refused, nonce: string): void {
  const { headers, socket } = request;
  const { type, text } = refusalText(status, headers.accept, nonce);
  if (location) response.setHeader("Location", location);
  if (status === 405) response.setHeader("Allow", ALLOW);
  if (BROKEN.includes(status) || !isSmall(request)) {
    response.setHeader("Connection", "close");
    // What was begun is not read on: of a body that nobody asked for, node would read all to throw it away.
    request.read(0);
    // Node would close at once, and what nobody read of the body would take the answer back.
    socket.destroySoon = () => releaseConnection(socket.end());
  }
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store", "Content-Length": Buffer.byteLength(text) });
  response.end(request.method === "HEAD" ? undefined : text);
}

/** After these nobody knows where the next request would begin. */
const BROKEN = [400, 417, 431];

/** Whether the rest of a request is read and thrown away, so that its connection can be used again. */
const isSmall = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] === undefined && headers.expect === undefined && Number(headers["content-length"] ?? 0) <= MOST_BODY_BYTES;

function statusOf(code: string): number | null {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return 408;
  if (code === "HPE_HEADER_OVERFLOW") return 431;
  return code.startsWith("HPE_") ? 400 : null;
}
