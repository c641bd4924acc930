import { UNATTENDED } from "@/lib/identity/session/unattended";

export type VersionPath = `/api/merchants/${string}`;

/** Whether what a page shows has changed since its version. Not asked while nobody sees the page, or a dialog may hold what is not saved. */
export async function hasChanged(path: VersionPath, version: string): Promise<boolean> {
  if (document.visibilityState !== "visible" || document.querySelector("[role=dialog]")) return false;
  const headers = { "If-None-Match": `"${version}"` };
  const answer = await fetch(path, { headers, cache: "no-store" }).catch(() => null);
  return answer !== null && answer.status !== 304 && answer.status < 500;
}

/** The next reading of the page is none of its user's doing: it does not keep the session alive. */
export function unattended(): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
  document.cookie = `${UNATTENDED}=1; Path=/; SameSite=Strict; Max-Age=5`;
}
