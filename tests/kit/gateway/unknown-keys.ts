import { randomLetters } from "./gateway-keys";
import { headersIn, RawClient, type Reply, repliesIn } from "./gateway-requests";

const SIGNATURE = "0".repeat(128);

/**
 * Sends requests with keys that do not exist, one from each source, back to back on one connection
 * without waiting for replies. On any machine this is faster than a rate limit refills. Returns
 * the replies in order.
 */
export async function sendUnknownKeys(port: number, sources: readonly string[]): Promise<Reply[]> {
  const one = (source: string) =>
    [
      "POST /api/v2/whoami HTTP/1.1",
      "Host: a",
      `X-Forwarded-For: ${source}`,
      ...credentials(),
      "Content-Length: 0",
      "",
      "",
    ].join("\r\n");
  const last = ["GET /healthz HTTP/1.1", "Host: a", "Connection: close", "", ""].join("\r\n");
  const received = await new RawClient(port).write(sources.map(one).join("") + last).closed;
  return repliesIn(received)
    .slice(0, -1)
    .map(({ status, head, body }) => ({ status, headers: headersIn(head), body }));
}

const credentials = () => [`X-Processing-Key: ${randomLetters(32)}`, `X-Processing-Signature: ${SIGNATURE}`];
