import type { IncomingMessage } from "node:http";
import type { Accepted, Refused, Verdict } from "../auth/authenticate";
import { wholeOf } from "../http/body";
import { errorAnswer } from "../http/errors";
import type { Exchange } from "../http/exchange";
import { requestHeaders } from "./headers";
import { identityHeaders } from "./identity-headers";
import { originForm } from "./target";
import type { Forwarded, Upstream } from "./upstream";

const MOST_SENDINGS = 3;

/** What became of it, for the log: the status the client was told, and how the upstream did, or why it was never asked. */
export type Sent = { status: number | undefined; upstream?: Forwarded; refused?: Refused };

/**
 * Sends an accepted request on, and its answer back. The body that goes on is the very bytes that were judged. What stands no longer when there is
 * a connection is judged again; nothing of it was sent.
 */
export async function forward(
  accepted: Accepted,
  message: IncomingMessage,
  exchange: Exchange,
  requestId: string,
  upstream: Upstream | null,
  sendings = 1,
): Promise<Sent> {
  if (!upstream) throw new Error("forwarded to no upstream");
  const { source, stands } = accepted;
  const body = wholeOf(accepted.body);
  const ours = [...identityHeaders(accepted), "X-Forwarded-For", source, "X-Request-Id", requestId];
  const headers = requestHeaders(message.rawHeaders, ours);
  const sending = upstream.send(
    { method: message.method ?? "", target: originForm(message.url ?? ""), headers, body, stands },
    exchange.receiver(requestId),
  );
  const stayed = exchange.whenGone(() => sending.abort());
  const how = await sending.outcome;
  stayed();
  if (how !== "lapsed") return { status: concluded(how, exchange, requestId), upstream: how };
  const verdict: Verdict = sendings < MOST_SENDINGS ? await accepted.again() : { refused: "unavailable", keyNumber: accepted.key.number };
  if ("accepted" in verdict) return forward(verdict.accepted, message, exchange, requestId, upstream, sendings + 1);
  exchange.write(errorAnswer(verdict.refused), verdict.refused, requestId);
  return { status: exchange.status, refused: verdict };
}

function concluded(how: Exclude<Forwarded, "lapsed">, exchange: Exchange, requestId: string): number | undefined {
  if (how === "cut") exchange.cut();
  else if (how !== "answered" && how !== "client_gone") exchange.write(errorAnswer(how), how, requestId);
  return exchange.status;
}
