import type { ServerResponse } from "node:http";

type Words = { title: string; text: string };

/**
 * The words of a page that could not be rendered. Next's own error page is empty until its scripts
 * run. Opening a page changes nothing, so the words do not mention earlier changes.
 */
const BUSY: Words = { title: "Busy", text: "This page could not be read just now. Wait a moment, then try again." };

const FAULT: Words = {
  title: "This page could not be shown",
  text: "Something failed on our side. Reload to try again. If it fails again, give Support this reference:",
};

/** Whether the request is for a whole page, not for something that a page fetches. */
export function wantsPage({ req: { method, headers } }: ServerResponse): boolean {
  return (
    (method === "GET" || method === "HEAD") &&
    headers.rsc === undefined &&
    headers.accept?.includes("text/html") === true
  );
}

/** The page, with the nonce of the response's policy and the reference of its log line. */
export function pageWithoutScript(response: ServerResponse, status: 500 | 503): string {
  const nonce = /'nonce-([\w+/=]+)'/.exec(String(response.getHeader("Content-Security-Policy")))?.[1] ?? "";
  const reference = status === 500 ? String(response.getHeader("X-Request-Id") ?? "none") : null;
  const { title, text } = status === 503 ? BUSY : FAULT;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Countersign</title>
<style nonce="${nonce}">${LOOK}</style>
<main>
<h1>${title}</h1>
<p>${text}</p>${reference === null ? "" : `\n<p><code>${escaped(reference)}</code></p>`}
<p><a href="">${status === 503 ? "Try again" : "Reload"}</a></p>
</main>
</html>
`;
}

const LOOK =
  "body{font:15px/22px system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}h1{font-size:1.5rem;line-height:1.25}a{display:inline-block;padding:10px 14px;border:1px solid;border-radius:7px;color:inherit}";

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
