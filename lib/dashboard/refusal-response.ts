import { STATUS_CODES } from "node:http";
import { LOGGED_OUT } from "../words/logged-out";

type Words = { title: string; text: string };

/** What a person reads if a request is refused before Next sees it. */
const WORDS: Record<number, Words> = {
  400: { title: "This request cannot be read", text: "Nothing was changed. Go back and try again." },
  401: { title: "You were logged out", text: LOGGED_OUT },
  405: { title: "This method is not allowed", text: "Nothing was changed." },
  408: { title: "The request took too long", text: "Nothing was changed. Check your connection and try again." },
  411: { title: "The length of the request is missing", text: "Nothing was changed. Send it with Content-Length." },
  413: { title: "The request is too large", text: "Nothing was changed. Shorten it and try again." },
  417: { title: "This expectation is not supported", text: "Nothing was changed." },
  431: {
    title: "The address or the cookies are too long",
    text: "Nothing was changed. Shorten the address, or delete this site's cookies, and try again.",
  },
};
const OTHER: Words = { title: "This request was refused", text: "Nothing was changed." };

/** The type and text of the response: a page if the client accepts HTML, otherwise a sentence. */
export function refusalText(status: number, accept: string | undefined, nonce: string): { type: string; text: string } {
  const words = WORDS[status] ?? OTHER;
  if (accept?.includes("text/html")) return { type: "text/html; charset=utf-8", text: page(words, nonce) };
  // Without a charset: Next's client reads a refused action's text only if the type is exactly
  // this.
  return { type: "text/plain", text: words.text };
}

/** A complete raw response, for a socket without a response object. It is always a page. */
export function rawRefusal(status: number, headers: Record<string, string>, nonce: string): string {
  const { type, text } = refusalText(status, "text/html", nonce);
  const length = Buffer.byteLength(text);
  const all = {
    ...headers,
    "Content-Type": type,
    "Cache-Control": "no-store",
    "Content-Length": length,
    Connection: "close",
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${text}`;
}

const page = ({ title, text }: Words, nonce: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Countersign</title>
<style nonce="${nonce}">body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.25rem}h1{font-size:1.5rem;line-height:1.25}</style>
<main>
<h1>${title}</h1>
<p>${text}</p>
<p><a href="/">Go to Countersign</a></p>
</main>
</html>
`;
