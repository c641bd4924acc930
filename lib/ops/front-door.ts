import type { IncomingHttpHeaders } from "node:http";
import { sourceAddress, type TrustedProxies } from "../gateway/source-address";

/*
 * What a request meets before Next sees it. Promise: the pages read the client's address from one header that only this file
 * sets, and headers that steer Next or the pages reach them from us or from a proxy of ours, never from a client. Attacks: an
 * invented X-Forwarded-For to get past limits by address; an X-Forwarded-Host that makes a foreign Origin look like ours;
 * x-middleware-* headers, which have switched proxies off before (CVE-2025-29927).
 */
const METHODS = ["GET", "HEAD", "POST"];
const OURS = /^x-(?:countersign-|nonce$|middleware-)/;
const FORWARDED = /^(?:x-forwarded-|x-real-ip$|forwarded$)/;
/** Next's own marks of a prefetch, which it hides from pages. */
const PREFETCHES = ["next-router-prefetch", "next-router-segment-prefetch"];
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

type Request = { method?: string; url?: string; headers: IncomingHttpHeaders; peer: string };

export type Verdict = { pass: true } | { pass: false; status: 307; location: string } | { pass: false; status: 400 | 405 };

export const ALLOW = METHODS.join(", ");

/** Judges a request and leaves in its headers only what may be believed. */
export function receive(request: Request, { publicOrigin, trusted }: { publicOrigin: string; trusted: TrustedProxies }): Verdict {
  const { method = "", url = "", headers, peer } = request;
  if (!METHODS.includes(method)) return { pass: false, status: 405 };
  if (!url.startsWith("/")) return { pass: false, status: 400 };
  const proxied = trusted.allows(peer);
  if (method !== "POST" && !proxied && isOtherLoopback(headers.host, publicOrigin) && !url.startsWith("/api/")) {
    return { pass: false, status: 307, location: publicOrigin + url };
  }
  believe(headers, { peer, proxied, trusted });
  return { pass: true };
}

function believe(
  headers: IncomingHttpHeaders,
  { peer, proxied, trusted }: { peer: string; proxied: boolean; trusted: TrustedProxies },
): void {
  const address = sourceAddress(peer, [headers["x-forwarded-for"] ?? []].flat(), trusted);
  for (const name of Object.keys(headers)) if (OURS.test(name) || (!proxied && FORWARDED.test(name))) delete headers[name];
  if (address) headers["x-countersign-address"] = address;
  if (PREFETCHES.some((name) => headers[name] !== undefined)) headers["x-countersign-prefetch"] = "1";
}

// Cookies belong to a host: someone who signed in at localhost is a stranger at 127.0.0.1.
function isOtherLoopback(host: string | undefined, publicOrigin: string): boolean {
  const own = new URL(publicOrigin).host;
  return host !== undefined && LOOPBACK.test(host) && LOOPBACK.test(own) && host.toLowerCase() !== own;
}
