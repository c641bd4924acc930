import { dashboardEnv } from "../../platform/env";
import { cookieNames } from "./cookies";

/** What a request says of itself, read from its headers and cookies; nothing here is believed before it is checked. */
export type RequestInfo = {
  token: string | null;
  origin: string | null;
  fetchSite: string | null;
  address: string | null;
  userAgent: string | null;
  /** Asked for by a script that reads the answer, not by a form or a link that would show it as a page. */
  isScripted: boolean;
  prefetch: boolean;
};

type Headers = { get(name: string): string | null };
type Cookies = { get(name: string): { value: string } | undefined };

export function requestInfoOf(headers: Headers, cookies: Cookies): RequestInfo {
  return {
    token: cookies.get(cookieNames().session)?.value ?? null,
    origin: headers.get("origin"),
    fetchSite: headers.get("sec-fetch-site"),
    address: headers.get("x-countersign-address"),
    userAgent: headers.get("user-agent"),
    isScripted: calledByScript(headers),
    prefetch: isPrefetch(headers),
  };
}

/** Next lets a missing Origin through, and a foreign one that X-Forwarded-Host matches: so the Origin is compared here, with the configured one. */
export function isSameOrigin({ origin, fetchSite }: Pick<RequestInfo, "origin" | "fetchSite">): boolean {
  return origin === dashboardEnv().PUBLIC_ORIGIN && (fetchSite === null || fetchSite === "same-origin");
}

/** Next hides its own marks from pages, so our server repeats them in a header of its own (lib/dashboard/trusted-headers). */
function isPrefetch(headers: Headers): boolean {
  const marked = ["x-countersign-prefetch", "next-router-prefetch"].some((name) => headers.get(name) !== null);
  return marked || /prefetch/.test(`${headers.get("purpose")} ${headers.get("sec-purpose")}`);
}

/** A browser marks a navigation and what it is for; Next's own action calls carry `next-action`, which no form can send. */
function calledByScript(headers: Headers): boolean {
  const navigated = headers.get("sec-fetch-mode") === "navigate" || headers.get("sec-fetch-dest") === "document";
  const called = headers.get("next-action") !== null || /^application\/json\b/i.test(headers.get("content-type") ?? "");
  return called && !navigated;
}

/** Whether a body says how long it is and that it is no longer than this; one that does not say is refused. */
export function bodyWithin(headers: Headers, bytes: number): boolean {
  const length = headers.get("content-length") ?? "";
  return /^[0-9]{1,9}$/.test(length) && Number(length) <= bytes;
}
