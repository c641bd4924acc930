import type { IncomingMessage } from "node:http";

type Given = { nonce: string; policy: string | undefined; url: string };

/**
 * Adds what pages read from the headers of their request. Clients cannot send any of it: all of
 * these were removed before (trusted-headers).
 *
 * `x-nonce` and the policy, from which Next takes the nonce of its own scripts, are those of the
 * response. `x-countersign-path` is the path that a login returns to. `x-countersign-read` marks
 * a request that changes nothing, for which Next need not run proxy.ts.
 */
export function addPageHeaders({ method, headers }: IncomingMessage, { nonce, policy, url }: Given): void {
  headers["x-nonce"] = nonce;
  headers["content-security-policy"] = policy;
  headers["x-countersign-path"] = pathOf(url);
  if (method === "GET" || method === "HEAD") headers["x-countersign-read"] = "1";
}

/** Without the parameter by which Next marks a fetched page. */
function pathOf(url: string): string {
  const { pathname, searchParams: query } = new URL(`http://localhost${url}`);
  query.delete("_rsc");
  return query.size > 0 ? `${pathname}?${query}` : pathname;
}
