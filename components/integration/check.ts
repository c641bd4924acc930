import { hex, textOf, utf8 } from "@/lib/platform/signing/mistakes/bytes";
import { search } from "@/lib/platform/signing/mistakes/search";
import { digestInBrowser, runInBrowser } from "@/lib/platform/signing/mistakes/web-search";
import { WORDS } from "@/lib/platform/signing/mistakes/words/words";

/** What somebody entered. The body is bytes where it is a file. */
export type Entered = { body: Uint8Array; signature: string; secret: string; key: string; target: string };

export type Verdict =
  | { kind: "right" }
  | { kind: "wrong"; sentences: readonly (readonly [what: string, remedy: string])[]; signature: string; signed: string | null }
  | { kind: "unknown"; signature: string };

/** Mistakes that are about the bytes of the body: what helps is the body that was signed. */
const OF_THE_BODY = /^(json|newline|blank|line_ends|byte_order|utf16|latin1|double|unicode|characters|body)_?/;

/** Computed in this browser; null where something else was entered meanwhile. */
export async function check({ body, signature, secret, key, target }: Entered, wanted: () => boolean): Promise<Verdict | null> {
  const bytes = utf8(secret.trim());
  const url = URL.canParse(target) ? new URL(target) : null;
  const request = url ? { target: url.pathname + url.search, host: url.host } : { target };
  const found = await runInBrowser(search({ secret: bytes, key: key.trim(), body, signature, request }), wanted);
  if (!wanted()) return null;
  const right = hex(await digestInBrowser({ algorithm: "sha512", key: bytes, data: body }));
  if (!found) return { kind: "unknown", signature: right };
  if (found.mistakes.length === 0) return { kind: "right" };
  const ofTheBody = found.mistakes.some((mistake) => OF_THE_BODY.test(mistake));
  return {
    kind: "wrong",
    sentences: found.mistakes.map((mistake) => WORDS[mistake]),
    signature: right,
    signed: ofTheBody && found.signed ? textOf(found.signed) : null,
  };
}
