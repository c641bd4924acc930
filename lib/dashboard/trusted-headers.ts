import type { IncomingHttpHeaders } from "node:http";
import { protocolError } from "../gateway/http/protocol";
import { sourceAddress, type TrustedProxies } from "../http/client-address";
import { refusalOfBody } from "./admission";

/*
 * Checks and cleans a request before Next sees it. Promise: pages read the client's address from
 * a header that only this file sets, and no header that controls Next or the pages comes from a
 * client. Host and scheme are those of PUBLIC_ORIGIN. Attacks: an invented X-Forwarded-For to
 * evade limits per address; a Host or X-Forwarded-Host that makes a foreign Origin look like
 * ours; x-middleware-* headers, which could once disable Next's proxy (CVE-2025-29927); two Host
 * headers, of which two servers read a different one each.
 */
const METHODS = ["GET", "HEAD", "POST"];
const NOT_A_CLIENTS = /^x-(?:countersign-|nonce$|middleware-|forwarded-|real-ip$)|^forwarded$/;
/** Next's own prefetch headers, which it hides from pages. */
const PREFETCHES = ["next-router-prefetch", "next-router-segment-prefetch"];
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
/** There is no page at this path. */
const NOWHERE = "/not-found";

type Request = {
  method?: string | undefined;
  url?: string | undefined;
  httpVersion: string;
  rawHeaders: string[];
  headers: IncomingHttpHeaders;
  peer: string;
};

export type Refused = { status: number; location?: string };
/** `url` is the URL that Next gets. */
export type Verdict = { url: string } | { refused: Refused };

export const ALLOW = METHODS.join(", ");

/** Checks a request by its first line and headers, and leaves only trustworthy headers. */
export function sanitize(
  request: Request,
  { publicOrigin, trusted }: { publicOrigin: string; trusted: TrustedProxies },
): Verdict {
  const { method = "", url = "", headers, peer } = request;
  const problem = protocolError(request.rawHeaders, request.httpVersion);
  if (problem) return { refused: { status: problem === "headers_too_large" ? 431 : 400 } };
  if (!METHODS.includes(method)) return { refused: { status: 405 } };
  if (!url.startsWith("/")) return { refused: { status: 400 } };
  const own = new URL(publicOrigin);
  const proxied = trusted.allows(peer);
  if (method !== "POST" && !proxied && isOtherLoopback(headers.host, own.host) && !url.startsWith("/api/")) {
    return { refused: { status: 307, location: publicOrigin + url } };
  }
  const path = url.split("?", 1)[0] as string;
  const status = refusalOfBody({ method, path, headers });
  if (status) return { refused: { status } };
  cleanHeaders(headers, { peer, own, trusted });
  return { url: isReadable(path) ? url : NOWHERE };
}

function cleanHeaders(
  headers: IncomingHttpHeaders,
  { peer, own, trusted }: { peer: string; own: URL; trusted: TrustedProxies },
): void {
  const address = sourceAddress(peer, [headers["x-forwarded-for"] ?? []].flat(), trusted);
  for (const name of Object.keys(headers)) if (NOT_A_CLIENTS.test(name)) delete headers[name];
  headers.host = own.host;
  headers["x-forwarded-proto"] = own.protocol.slice(0, -1);
  if (address) headers["x-countersign-address"] = address;
  if (PREFETCHES.some((name) => headers[name] !== undefined)) headers["x-countersign-prefetch"] = "1";
}

// Cookies belong to a host: a user who logged in at localhost is not logged in at 127.0.0.1.
function isOtherLoopback(host: string | undefined, own: string): boolean {
  return host !== undefined && LOOPBACK.test(host) && LOOPBACK.test(own) && host.toLowerCase() !== own;
}

/**
 * Whether the path can be a page's: its percent encoding is valid, it has no control characters,
 * no `.` or `..` segment, and it is none of Next's internal pages.
 */
function isReadable(path: string): boolean {
  try {
    const text = decodeURIComponent(path);
    return !/[\p{Cc}\p{Cs}]/u.test(text) && !/(?:^|[/\\])\.\.?(?:[/\\]|$)/.test(text) && !/^\/_(?!next\/)/.test(text);
  } catch {
    return false;
  }
}
