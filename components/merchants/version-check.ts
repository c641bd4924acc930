import { UNATTENDED_COOKIE } from "@/lib/identity/session/unattended";

export type VersionPath = `/api/merchants/${string}`;

/**
 * Whether the page's data has changed since `version`; `ignoreUsage`: more than the usage of its
 * keys. False, without asking, while the page is hidden or a dialog is open, which may hold unsaved
 * input.
 */
export async function hasChanged(path: VersionPath, version: string, { ignoreUsage = false } = {}): Promise<boolean> {
  if (document.visibilityState !== "visible" || document.querySelector("[role=dialog]")) return false;
  const headers = { "If-None-Match": `"${version}"` };
  const answer = await fetch(path, { headers, cache: "no-store" }).catch(() => null);
  if (answer === null || answer.status === 304 || answer.status >= 500) return false;
  const now = answer.headers.get("etag");
  return !ignoreUsage || now === null || withoutUsage(now) !== withoutUsage(version);
}

const withoutUsage = (version: string): string => /[0-9a-f]+/.exec(version)?.[0] ?? version;

/** Marks the next load of the page as automatic, so that it does not keep the session alive. */
export function markUnattended(): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
  document.cookie = `${UNATTENDED_COOKIE}=1; Path=/; SameSite=Strict; Max-Age=5`;
}
