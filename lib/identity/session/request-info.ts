import { dashboardEnv } from "../../platform/env";
import { cookieNames } from "./cookies";

/** What a request claims in its headers and cookies. Nothing here is trusted unchecked. */
export type RequestInfo = {
  token: string | null;
  origin: string | null;
  fetchSite: string | null;
  address: string | null;
  userAgent: string | null;
  /** Sent by a script that reads the response, not by a form or link that shows it as a page. */
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

/**
 * Compares the Origin with the configured one. Next's own check is not enough: it accepts a
 * missing Origin, and a foreign one that matches X-Forwarded-Host.
 */
export function isSameOrigin({ origin, fetchSite }: Pick<RequestInfo, "origin" | "fetchSite">): boolean {
  return origin === dashboardEnv().PUBLIC_ORIGIN && (fetchSite === null || fetchSite === "same-origin");
}

/** Next hides its prefetch headers from pages; lib/dashboard/trusted-headers adds one of ours. */
function isPrefetch(headers: Headers): boolean {
  const marked = ["x-countersign-prefetch", "next-router-prefetch"].some((name) => headers.get(name) !== null);
  return marked || /prefetch/.test(`${headers.get("purpose")} ${headers.get("sec-purpose")}`);
}

/** Browsers mark navigations; Next's action calls carry `next-action`, which no form can send. */
function calledByScript(headers: Headers): boolean {
  const navigated = headers.get("sec-fetch-mode") === "navigate" || headers.get("sec-fetch-dest") === "document";
  const called = headers.get("next-action") !== null || /^application\/json\b/i.test(headers.get("content-type") ?? "");
  return called && !navigated;
}

/** Whether Content-Length is present and at most `bytes`. A body without it is refused. */
export function bodyIsWithin(headers: Headers, bytes: number): boolean {
  const length = headers.get("content-length") ?? "";
  return /^[0-9]{1,9}$/.test(length) && Number(length) <= bytes;
}
