import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import type { Ladder } from "./authenticate";
import { announcesTooMuch, ClientGone } from "./body";
import { Exchange } from "./exchange";
import { answer, type Outcome, refusal, routeOf } from "./gateway";
import type { Problem } from "./problems";
import { MOST_HEADER_BYTES, protocolProblem } from "./protocol";
import { refuseRaw } from "./raw-refusal";
import { type GatewayRequest, indexHeaders, pathOf, valuesOf } from "./request";
import { sourceAddress, type TrustedProxies } from "./source-address";

export type ServerParts = { ladder: Ladder; trusted: TrustedProxies; log: Logger };

/**
 * The gateway on node:http. What node would refuse in its own words is refused here as JSON.
 * Limits: headers 8 KiB and 64 (RFC 6585, 5), 3 s for the headers, 10 s for the request, 1 MiB of body.
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

  const serve = (awaitsContinue: boolean, refused: Problem | null) => (message: IncomingMessage, response: ServerResponse) => {
    const exchange = new Exchange(message, response, awaitsContinue);
    latest.set(message.socket, exchange);
    respond(message, exchange, refused, parts, server).catch((error: unknown) => {
      parts.log.error({ err: error }, "a bug");
      message.socket.destroy();
    });
  };
  const refuse = (socket: Duplex, code: Problem) => {
    const requestId = randomUUID();
    parts.log.info({ requestId, outcome: code, status: refuseRaw(socket, code, requestId) }, "request");
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
async function respond(
  message: IncomingMessage,
  exchange: Exchange,
  refused: Problem | null,
  { ladder, trusted, log }: ServerParts,
  server: Server,
) {
  const started = performance.now();
  const requestId = randomUUID();
  const request = toRequest(message, exchange, trusted);
  const line = { requestId, method: request.method, route: routeOf(request.path), source: request.source };
  const problem = protocolProblem(request.headers, message.rawHeaders.length / 2, message.httpVersion) ?? refused;
  const result = await (problem ? refusal(problem) : answer(request, ladder).catch((error) => failure(error, line, log)));
  if (result) exchange.write(result.answer, result.outcome, requestId, !server.listening);
  const ms = Math.round((performance.now() - started) * 1_000) / 1_000;
  log.info(
    { ...line, outcome: result?.outcome ?? "client_gone", status: result?.answer.status, key: result?.keyNumber ?? undefined, ms },
    "request",
  );
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
