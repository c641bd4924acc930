import type { IncomingMessage } from "node:http";
import type { Accepted } from "./authenticate";
import type { Exchange } from "./exchange";
import { requestHeaders } from "./forward-headers";
import { originForm } from "./forward-target";
import { identityHeaders } from "./identity";
import { problem } from "./problems";
import type { Forwarded, Upstream } from "./upstream";

/**
 * Sends an accepted request on, and its answer back. The body that goes on is the very bytes that were judged.
 * What became of it, for the log: the status the client was told, and how the upstream did.
 */
export async function forward(
  accepted: Accepted,
  message: IncomingMessage,
  exchange: Exchange,
  requestId: string,
  upstream: Upstream | null,
) {
  if (!upstream) throw new Error("forwarded to no upstream");
  const { source, body, stands } = accepted;
  const ours = [...identityHeaders(accepted), "X-Forwarded-For", source, "X-Request-Id", requestId];
  const headers = requestHeaders(message.rawHeaders, ours);
  const sending = upstream.send(
    { method: message.method ?? "", target: originForm(message.url ?? ""), headers, body, stands },
    exchange.receiver(requestId),
  );
  const stayed = exchange.whenGone(() => sending.abort());
  const how = await sending.outcome;
  stayed();
  return { status: concluded(how, exchange, requestId), upstream: how };
}

function concluded(how: Forwarded, exchange: Exchange, requestId: string): number | undefined {
  if (how === "cut") exchange.cut();
  else if (how !== "answered" && how !== "client_gone") exchange.write(problem(how), how, requestId);
  return exchange.status;
}
