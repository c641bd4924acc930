import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import type { TrustedProxies } from "../http/client-address";
import { limitConnections } from "../http/connection-limits";
import { releaseConnection } from "../http/release-connection";
import { MAX_BODY_BYTES } from "./body-limits";
import { isHangUp } from "./console-log";
import { addPageHeaders } from "./page-headers";
import { rawRefusal, refusalText } from "./refusal-response";
import { inRequest } from "./request-context";
import { ALLOW, type Refused, sanitize } from "./trusted-headers";

export type DashboardParts = {
  publicOrigin: string;
  trusted: TrustedProxies;
  maxConnections: number;
  maxConnectionsPerSource: number;
  /** How long a request's headers, and the whole request, may take, in milliseconds. */
  headersMs?: number;
  requestMs?: number;
  /** The security headers of a page whose scripts have this nonce. */
  headersFor(nonce: string): Record<string, string>;
  /** Handles the requests that are admitted. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<unknown>;
  log: Logger;
};

export type DashboardServer = { server: Server; answer(request: IncomingMessage, response: ServerResponse): void };

/**
 * The server in front of Next; `answer` handles its requests. Promise: every response has the
 * security headers and an id, including those that Next or node:http write themselves. A client
 * that sends too slowly gets a 408 within a quarter of a second after the limit. No single source
 * can take all connections.
 */
export function createDashboardServer(parts: DashboardParts): DashboardServer {
  const server = createServer({
    headersTimeout: parts.headersMs ?? 15_000,
    requestTimeout: parts.requestMs ?? 30_000,
    // Node checks both limits only this often. Its default of 30 s would make 15 s up to 45 s.
    connectionsCheckingInterval: 250,
    // Longer than nginx's default of 60 s, so that the proxy closes idle connections first.
    keepAliveTimeout: 65_000,
    // lib/dashboard/trusted-headers checks the Host header, with its own refusal.
    requireHostHeader: false,
  });
  // Node's own limit would silently drop further headers.
  server.maxHeadersCount = 0;
  // Longer than any allowed silence. Without it, a client that never reads its response would hold
  // its connection forever.
  server.timeout = 75_000;
  const { maxConnections: most, maxConnectionsPerSource: mostPerSource, trusted, log } = parts;
  limitConnections(server, { most, mostPerSource, trusted, log, refused: () => undefined });

  const latest = new WeakMap<Duplex, ServerResponse>();
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    latest.set(request.socket, response);
    const [nonce, requestId] = [randomBytes(16).toString("base64"), randomUUID()];
    const own = parts.headersFor(nonce);
    for (const [name, value] of Object.entries(own)) response.setHeader(name, value);
    response.setHeader("X-Request-Id", requestId);
    const { method, url, httpVersion, rawHeaders, headers, socket } = request;
    const verdict = sanitize(
      { method, url, httpVersion, rawHeaders, headers, peer: socket.remoteAddress ?? "" },
      parts,
    );
    if ("refused" in verdict) return turnAway(request, response, verdict.refused, nonce);
    const expectation = headers.expect?.toLowerCase();
    if (expectation && expectation !== "100-continue") return turnAway(request, response, { status: 417 }, nonce);
    if (expectation) response.writeContinue();
    request.url = verdict.url;
    addPageHeaders(request, { nonce, policy: own["Content-Security-Policy"], url: verdict.url });
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

function turnAway(
  request: IncomingMessage,
  response: ServerResponse,
  { status, location }: Refused,
  nonce: string,
): void {
  const { headers, socket } = request;
  const { type, text } = refusalText(status, headers.accept, nonce);
  if (location) response.setHeader("Location", location);
  if (status === 405) response.setHeader("Allow", ALLOW);
  if (BROKEN.includes(status) || !isSmall(request)) {
    response.setHeader("Connection", "close");
    // read(0) marks the request as consumed. Otherwise Node would read and discard the whole body.
    request.read(0);
    // Node would close at once, and the unread rest of the body would reset the connection before
    // the client reads the response.
    socket.destroySoon = () => releaseConnection(socket.end());
  }
  response.writeHead(status, {
    "Content-Type": type,
    "Cache-Control": "no-store",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(request.method === "HEAD" ? undefined : text);
}

/** After these statuses it is unknown where the next request begins. */
const BROKEN = [400, 417, 431];

/** Whether the rest of a request is read and discarded, so that its connection can be reused. */
const isSmall = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] === undefined &&
  headers.expect === undefined &&
  Number(headers["content-length"] ?? 0) <= MAX_BODY_BYTES;

function statusOf(code: string): number | null {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return 408;
  if (code === "HPE_HEADER_OVERFLOW") return 431;
  return code.startsWith("HPE_") ? 400 : null;
}
