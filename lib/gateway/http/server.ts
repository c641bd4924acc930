import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { type TrustedProxies, whyUnreadable } from "../../http/client-address";
import { type Full, limitConnections } from "../../http/connection-limits";
import { forwardAuth, originalRequest } from "../auth/forward-auth";
import { answer, type GatewayDeps, type Outcome, refusal, refused as refusedFor, routeOf } from "../gateway";
import { forward, type Sent } from "../proxy/forward";
import type { Upstream } from "../proxy/upstream";
import { requestLog } from "../telemetry/request-log";
import { ClientGone } from "./body";
import { ChunkLimit } from "./chunk-limit";
import type { ErrorCode } from "./errors";
import { Exchange } from "./exchange";
import { clientError, evidenceOfHeaders, peerAndForwarded, sourceOf, toRequest, withTarget } from "./incoming";
import { MAX_HEADER_BYTES, protocolError, requestLineHasExtraSpaces } from "./protocol";
import { refuseRaw } from "./raw-refusal";
import { type GatewayRequest, type Headers, headersIn } from "./request";
import { runWithTick } from "./tick-batch";

export type ServerParts = GatewayDeps & {
  upstream: Upstream | null;
  trusted: TrustedProxies;
  /**
   * Whether the server serves proxies that ask about a request (forward auth), and not clients.
   */
  asked: boolean;
  maxConnections: number;
  /** The default is no limit per source. */
  maxConnectionsPerSource?: number;
  stillMs: number;
  log: Logger;
  answered: Answered;
  connectionRefused?: (full: Full) => void;
};

/**
 * Called for every answer once it was handed to the connection, and for every client that went
 * away (`outcome` is null). `milliseconds` is null if there was no request. Must not throw.
 */
export type Answered = (
  outcome: Outcome | null,
  source: string | null,
  milliseconds: number | null,
  headers: Headers | undefined,
  upstream?: string,
) => void;

/**
 * The gateway on node:http. Requests that node would refuse with its own text are refused here as
 * JSON.
 *
 * Limits: headers of 8 KiB and 64 in number (RFC 6585, 5), 3 s for the headers, 10 s for the
 * request, 1 MiB of body, and the number of connections.
 */
export function createGatewayServer(parts: ServerParts): Server {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: 3_000,
    requestTimeout: 10_000,
    connectionsCheckingInterval: 250,
    keepAliveTimeout: 65_000,
    requireHostHeader: false,
    // Two reads: what one turn of the event loop brings need not pause the socket before the end
    // of that turn, when the requests are handled.
    highWaterMark: 128 * 1024,
  });
  // Node's own limit drops the headers beyond it silently, and the rest would pass for all of
  // them.
  server.maxHeadersCount = 0;
  // A client may close its sending side and wait for its answer. By default node then closes the
  // connection: the request takes effect, and the client does not learn of it.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.timeout = parts.stillMs;
  limitConnections(server, {
    most: parts.maxConnections,
    mostPerSource: parts.maxConnectionsPerSource ?? parts.maxConnections,
    trusted: parts.trusted,
    log: parts.log,
    refused: parts.connectionRefused ?? (() => undefined),
  });

  const chunks = new ChunkLimit(server, parts.trusted);
  const closing = () => !server.listening;
  const logged = requestLog(parts.log);
  const serve =
    (awaitsContinue: boolean, refused: ErrorCode | null) => (message: IncomingMessage, response: ServerResponse) => {
      const exchange = new Exchange(message, response, awaitsContinue, closing, chunks);
      chunks.began(message, exchange);
      const connection = held(message.socket);
      const odd = !connection[LATEST] && requestLineHasExtraSpaces(message);
      connection[LATEST] = exchange;
      runWithTick(() =>
        respond(message, exchange, odd ? "bad_request" : refused, parts, logged).catch((error: unknown) => {
          parts.log.error({ err: error }, "a bug");
          message.socket.destroy();
        }),
      );
    };
  const refuse = (socket: Duplex, code: ErrorCode, headers?: Headers) => {
    const requestId = randomUUID();
    parts.log.info({ requestId, outcome: code, status: refuseRaw(socket, code, requestId) }, "request");
    parts.answered(
      { ...refusal(code), ...(headers && evidenceOfHeaders(headers)) },
      sourceOf(socket, headers, parts.trusted),
      null,
      headers,
    );
  };

  server.on("request", serve(false, null));
  server.on("checkContinue", serve(true, null));
  server.on("checkExpectation", serve(true, "expectation_failed"));
  server.on("connect", (_message, socket) => refuse(socket, "method_not_allowed"));
  server.on("clientError", (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket) => {
    const code = clientError(error.code ?? "");
    if (!code || !socket.writable) socket.destroy();
    else if (!held(socket)[LATEST]?.break(code)) refuse(socket, code, headersIn(error.rawPacket));
  });
  return server;
}

/**
 * The exchange of a connection's latest request. It is stored on the connection itself, because a
 * map of connections costs several times as much.
 */
const LATEST = Symbol("latest");
const held = (connection: Duplex) => connection as Duplex & { [LATEST]?: Exchange };

/**
 * One request, one answer, one log line. The line never holds a path that is not ours, a header
 * or a body.
 */
async function respond(
  message: IncomingMessage,
  exchange: Exchange,
  refused: ErrorCode | null,
  parts: ServerParts,
  logged: ReturnType<typeof requestLog>,
) {
  const requestId = randomUUID();
  const request = toRequest(message, exchange, parts.trusted);
  const { method, path, source } = request;
  const problem = protocolError(request.headers, message.httpVersion) ?? refused;
  let result: Outcome | null;
  try {
    result = problem
      ? { ...refusal(problem), ...evidenceOfHeaders(request.headers) }
      : await checked(request, message, parts);
    for (let repeats = 0; "answer" in result && result.isCurrent?.() === false; repeats++)
      result = result.again && repeats < MAX_REPEATS ? await result.again() : lapsed(result);
  } catch (error) {
    result = error instanceof ClientGone ? null : refusal("internal_error");
    if (result) parts.log.error({ requestId, method, route: routeOf(path), source, err: error }, "a bug");
  }
  const delivered = result ? deliver(result, message, exchange, requestId, parts.upstream) : NOTHING;
  const sent = delivered instanceof Promise ? await delivered : delivered;
  if (sent.refused) result = refusedFor(sent.refused);
  const ms = Math.round((performance.now() - exchange.began) * 1_000) / 1_000;
  parts.answered(result, source, ms, withTarget(request), sent.upstream);
  const [outcome, key] = [result?.outcome ?? "client_gone", result?.keyNumber ?? undefined];
  const unreadable = source === null ? whyUnreadable(...peerAndForwarded(message), parts.trusted) : undefined;
  logged({
    requestId,
    method,
    route: routeOf(path),
    source,
    unreadable,
    outcome,
    status: sent.status,
    upstream: sent.upstream,
    key,
    ms,
  });
}

const NOTHING: Partial<Sent> = {};

/**
 * How often a request is checked again if its verdict no longer holds when the answer is to be
 * sent.
 */
const MAX_REPEATS = 3;

/** A request that was accepted and took no effect. */
const lapsed = ({ keyNumber = null }: Outcome): Outcome => refusedFor({ refused: "unavailable", keyNumber });

function checked(
  request: GatewayRequest,
  { url = "", socket }: IncomingMessage,
  parts: ServerParts,
): Outcome | Promise<Outcome> {
  if (!parts.asked) return answer(request, parts);
  return forwardAuth(
    request,
    originalRequest(request.method, url, request.headers, parts.trusted.allows(socket.remoteAddress ?? "")),
    parts,
  );
}

function deliver(
  result: Outcome,
  message: IncomingMessage,
  exchange: Exchange,
  requestId: string,
  upstream: Upstream | null,
): Sent | Promise<Sent> {
  if ("forward" in result) return forward(result.forward, message, exchange, requestId, upstream);
  exchange.write(result.answer, result.outcome, requestId);
  return { status: result.answer.status };
}
