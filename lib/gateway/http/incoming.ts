import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { sourceAddress, type TrustedProxies } from "../../http/client-address";
import type { Outcome } from "../gateway";
import { contentLengthIsTooLarge } from "./body";
import type { ErrorCode } from "./errors";
import type { Exchange } from "./exchange";
import { type GatewayRequest, type Headers, pathOf, valuesOf } from "./request";

/** What node:http received, as the checks see it. */
export function toRequest(message: IncomingMessage, exchange: Exchange, trusted: TrustedProxies): GatewayRequest {
  const headers = message.rawHeaders;
  return {
    method: message.method ?? "",
    path: pathOf(message.url ?? ""),
    target: message.url ?? "",
    headers,
    source: sourceAddress(...peerAndForwarded(message), trusted),
    body: () => (contentLengthIsTooLarge(headers) ? Promise.resolve("payload_too_large") : exchange.body()),
  };
}

/** The peer of the connection, and the addresses that it forwards for. */
export const peerAndForwarded = ({ socket, rawHeaders }: IncomingMessage) =>
  [socket.remoteAddress ?? "", valuesOf(rawHeaders, "x-forwarded-for")] as const;

/** What a client gets when node:http cannot read its request; null if the connection is gone. */
export function clientError(code: string): ErrorCode | null {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "request_timeout";
  if (code === "HPE_HEADER_OVERFLOW") return "headers_too_large";
  return code.startsWith("HPE_") ? "bad_request" : null;
}

export function sourceOf(socket: Duplex, headers: Headers | undefined, trusted: TrustedProxies): string | null {
  const { remoteAddress = "" } = socket as Duplex & { remoteAddress?: string };
  return headers ? sourceAddress(remoteAddress, valuesOf(headers, "x-forwarded-for"), trusted) : null;
}

/** A request that is refused before the ladder may still carry somebody's key. */
export const evidenceOfHeaders = (headers: Headers): Pick<Outcome, "keyNumber" | "evidence"> => ({
  keyNumber: null,
  evidence: { request: { method: "", target: "", headers }, body: [], entry: null },
});

/** Shorter targets contain no secret key. */
const SECRET_LENGTH = 64;

/** The headers, and a long target as one more: secret keys are sent in queries too. */
export const withTarget = ({ headers, target }: GatewayRequest): Headers =>
  target.length < SECRET_LENGTH ? headers : [...headers, ":path", target];
