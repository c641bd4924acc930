import type { IncomingMessage } from "node:http";
import type { Accepted, AuthResult, Refused } from "../auth/auth-result";
import { wholeOf } from "../http/body";
import { errorAnswer } from "../http/errors";
import type { Exchange } from "../http/exchange";
import { requestHeaders } from "./headers";
import { identityHeaders } from "./identity-headers";
import { originForm } from "./target";
import type { Forwarded, Upstream } from "./upstream";

const MAX_SENDINGS = 3;

/**
 * The result of a forwarded request, for the log: the status that the client received, and what
 * the upstream did, or why the request was never sent.
 */
export type Sent = { status: number | undefined; upstream?: Forwarded; refused?: Refused };

/**
 * Forwards an accepted request and returns the upstream's answer. The forwarded body is exactly
 * the bytes that were checked. If the verdict no longer holds once there is a connection, nothing
 * is sent and the request is checked again.
 */
export async function forward(
  accepted: Accepted,
  message: IncomingMessage,
  exchange: Exchange,
  requestId: string,
  upstream: Upstream | null,
  sendings = 1,
): Promise<Sent> {
  if (!upstream) throw new Error("there is no upstream to forward to");
  const { source, isCurrent } = accepted;
  const body = wholeOf(accepted.body);
  const ours = [...identityHeaders(accepted), "X-Forwarded-For", source, "X-Request-Id", requestId];
  const headers = requestHeaders(message.rawHeaders, ours);
  const sending = upstream.send(
    { method: message.method ?? "", target: originForm(message.url ?? ""), headers, body, isCurrent },
    exchange.receiver(requestId),
  );
  const stayed = exchange.whenGone(() => sending.abort());
  const how = await sending.outcome;
  stayed();
  if (how !== "lapsed") return { status: concluded(how, exchange, requestId), upstream: how };
  const verdict: AuthResult =
    sendings < MAX_SENDINGS ? await accepted.again() : { refused: "unavailable", keyNumber: accepted.key.number };
  if ("accepted" in verdict) return forward(verdict.accepted, message, exchange, requestId, upstream, sendings + 1);
  exchange.write(errorAnswer(verdict.refused), verdict.refused, requestId);
  return { status: exchange.status, refused: verdict };
}

function concluded(how: Exclude<Forwarded, "lapsed">, exchange: Exchange, requestId: string): number | undefined {
  if (how === "cut") exchange.cut();
  else if (how !== "answered" && how !== "client_gone") exchange.write(errorAnswer(how), how, requestId);
  return exchange.status;
}
