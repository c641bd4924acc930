import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { ask, originalOf } from "./ask";
import { announcesTooMuch, ClientGone } from "./body";
import { Exchange } from "./exchange";
import { forward } from "./forward";
import { answer, type Outcome, type Post, refusal, routeOf } from "./gateway";
import type { Problem } from "./problems";
import { MOST_HEADER_BYTES, protocolProblem } from "./protocol";
import { refuseRaw } from "./raw-refusal";
import { type GatewayRequest, indexHeaders, pathOf, valuesOf } from "./request";
import { sourceAddress, type TrustedProxies } from "./source-address";
import type { Upstream } from "./upstream";

export type ServerParts = Post & {
  upstream: Upstream | null;
  trusted: TrustedProxies;
  /** For proxies that ask first, instead of clients that want an answer. */
  asked: boolean;
  maxConnections: number;
  /** Whether it takes no new connections any more: the ones it has end with their next answer. */
  closing(): boolean;
  log: Logger;
  answered?: Answered;
};

/** Told of every answer once it was handed to the connection, and of clients that went away (null); no time where there was no request. Must not throw. */
export type Answered = (outcome: Outcome | null, source: string | null, milliseconds: number | null, upstream?: string) => void;

/**
 * The gateway on node:http. What node would refuse in its own words is refused here as JSON.
 * Limits: headers 8 KiB and 64 (RFC 6585, 5), 3 s for the headers, 10 s for the request, 1 MiB of body, connections.
 */
export function createGatewayServer(parts: ServerParts): Server {
  const latest = new WeakMap<Duplex, Exchange>();
  const server = createServer({
    maxHeaderSize: MOST_HEADER_BYTES,
    headersTimeout: 3_000,
    requestTimeout: 10_000,
    connectionsCheckingInterval: 250,
    keepAliveTimeout: 65_000,
    requireHostHeader: false,
  });
  // Node's own limit drops the headers past it without a word, and the rest would pass for the whole.
  server.maxHeadersCount = 0;
  // One more is closed as soon as it is open.
  server.maxConnections = parts.maxConnections;

  const serve = (awaitsContinue: boolean, refused: Problem | null) => (message: IncomingMessage, response: ServerResponse) => {
    const exchange = new Exchange(message, response, awaitsContinue);
    latest.set(message.socket, exchange);
    respond(message, exchange, refused, parts).catch((error: unknown) => {
      parts.log.error({ err: error }, "a bug");
      message.socket.destroy();
    });
  };
  const refuse = (socket: Duplex, code: Problem) => {
    const requestId = randomUUID();
    parts.log.info({ requestId, outcome: code, status: refuseRaw(socket, code, requestId) }, "request");
    parts.answered?.(refusal(code), null, null);
  };

  server.on("request", serve(false, null));
  server.on("checkContinue", serve(true, null));
  server.on("checkExpectation", serve(true, "expectation_failed"));
  server.on("connect", (_message, socket) => refuse(socket, "method_not_allowed"));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const code = clientProblem(error.code ?? "");
    if (!code || !socket.writable) socket.destroy();
    else if (!latest.get(socket)?.break(code)) refuse(socket, code);
  });
  return server;
}

/** One request, one answer, one line in the log: never a path that is not ours, a header, a body. */
async function respond(message: IncomingMessage, exchange: Exchange, refused: Problem | null, parts: ServerParts) {
  const { trusted, log, answered } = parts;
  const started = performance.now();
  const requestId = randomUUID();
  const request = toRequest(message, exchange, trusted);
  const line = { requestId, method: request.method, route: routeOf(request.path), source: request.source };
  const problem = protocolProblem(request.headers, message.rawHeaders.length / 2, message.httpVersion) ?? refused;
  const result = await (problem ? refusal(problem) : judged(request, message, parts).catch((error) => failure(error, line, log)));
  const sent = result && (await deliver(result, message, exchange, requestId, parts));
  const ms = Math.round((performance.now() - started) * 1_000) / 1_000;
  answered?.(result, request.source, ms, sent && "upstream" in sent ? sent.upstream : undefined);
  log.info({ ...line, outcome: result?.outcome ?? "client_gone", ...sent, key: result?.keyNumber ?? undefined, ms }, "request");
}

function judged(request: GatewayRequest, { url = "", socket }: IncomingMessage, parts: ServerParts): Promise<Outcome> {
  if (!parts.asked) return answer(request, parts);
  return ask(request, originalOf(request.method, url, request.headers, parts.trusted.allows(socket.remoteAddress ?? "")), parts);
}

/** Answers, or lets the upstream answer; what became of it, for the log. */
function deliver(result: Outcome, message: IncomingMessage, exchange: Exchange, requestId: string, parts: ServerParts) {
  if ("forward" in result) return forward(result.forward, message, exchange, requestId, parts);
  exchange.write(result.answer, result.outcome, requestId, parts.closing());
  return { status: result.answer.status };
}

function toRequest(message: IncomingMessage, exchange: Exchange, trusted: TrustedProxies): GatewayRequest {
  const headers = indexHeaders(message.rawHeaders);
  return {
    method: message.method ?? "",
    path: pathOf(message.url ?? ""),
    headers,
    source: sourceAddress(message.socket.remoteAddress ?? "", valuesOf(headers, "x-forwarded-for"), trusted),
    body: () => (announcesTooMuch(headers) ? Promise.resolve("payload_too_large") : exchange.body()),
  };
}

function failure(error: unknown, line: object, log: Logger): Outcome | null {
  if (error instanceof ClientGone) return null;
  log.error({ ...line, err: error }, "a bug");
  return refusal("internal_error");
}

function clientProblem(code: string): Problem | null {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "request_timeout";
  if (code === "HPE_HEADER_OVERFLOW") return "headers_too_large";
  return code.startsWith("HPE_") ? "bad_request" : null;
}
