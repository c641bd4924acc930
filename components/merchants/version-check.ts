import { UNATTENDED_COOKIE } from "@/lib/identity/session/unattended";

export type VersionPath = `/api/merchants/${string}`;

/**
 * Whether the page's data has changed since `version`. False, without asking, while the page is
 * hidden or a dialog is open, which may hold unsaved input.
 */
export async function hasChanged(path: VersionPath, version: string): Promise<boolean> {
  if (document.visibilityState !== "visible" || document.querySelector("[role=dialog]")) return false;
  const headers = { "If-None-Match": `"${version}"` };
  const answer = await fetch(path, { headers, cache: "no-store" }).catch(() => null);
  return answer !== null && answer.status !== 304 && answer.status < 500;
}

/** Marks the next load of the page as automatic, so that it does not keep the session alive. */
export function unattended(): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
  document.cookie = `${UNATTENDED_COOKIE}=1; Path=/; SameSite=Strict; Max-Age=5`;
}
