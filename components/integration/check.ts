import { hex, textOf, utf8 } from "@/lib/platform/signing/mistakes/bytes";
import { search } from "@/lib/platform/signing/mistakes/search";
import { digestInBrowser, runInBrowser } from "@/lib/platform/signing/mistakes/web-search";
import { WORDS } from "@/lib/platform/signing/mistakes/words/words";

/** The checker's input. The body is bytes because it can be a file. */
export type CheckInput = { body: Uint8Array; signature: string; secret: string; key: string; target: string };

export type CheckResult =
  | { kind: "right" }
  | {
      kind: "wrong";
      sentences: readonly (readonly [what: string, remedy: string])[];
      signature: string;
      signed: string | null;
    }
  | { kind: "unknown"; signature: string };

/** Mistakes in the bytes of the body. The remedy is to see the body that was signed. */
const OF_THE_BODY = /^(json|newline|blank|line_ends|byte_order|utf16|latin1|double|unicode|characters|body)_?/;

/** Computes the verdict in this browser. Null if the input changed in the meantime. */
export async function check(
  { body, signature, secret, key, target }: CheckInput,
  wanted: () => boolean,
): Promise<CheckResult | null> {
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
