import { hex, textOf, utf8 } from "@/lib/platform/signing/mistakes/bytes";
import { bodyMistake } from "@/lib/platform/signing/mistakes/other-mistakes";
import { search } from "@/lib/platform/signing/mistakes/search";
import { digestInBrowser, runInBrowser } from "@/lib/platform/signing/mistakes/web-search";
import { wordsOf } from "@/lib/platform/signing/mistakes/words/words";
import { enteredSecretMistake } from "@/lib/words/integration/entered-secret";

/** The checker's input. The body is bytes because it can be a file. */
export type CheckInput = { body: Uint8Array; signature: string; secret: string; key: string; target: string };

type Sentence = readonly [what: string, remedy: string];

/** `signature`: what to send instead; null if the gateway would refuse a request with it too. */
export type CheckResult =
  | { kind: "right" }
  | { kind: "wrong"; sentences: readonly Sentence[]; signature: string | null; signed: string | null }
  | { kind: "unknown"; sentences: readonly Sentence[]; signature: string | null };

const NOT_JSON: Sentence = [
  "The signature is right, but the body is not.",
  "The gateway refuses a request like this with bad_content_format.",
];

/** Mistakes in the bytes of the body. The remedy is to see the body that was signed. */
const OF_THE_BODY = /^(json|newline|blank|line_ends|byte_order|utf16|latin1|double|unicode|characters|body)_?/;

/** Computes the verdict in this browser. Null if the input changed in the meantime. */
export async function check(
  { body, signature, secret, key, target }: CheckInput,
  wanted: () => boolean,
): Promise<CheckResult | null> {
  const text = secret.trim();
  const ofSecret = enteredSecretMistake(text, signature.trim());
  if (ofSecret) return { kind: "wrong", sentences: [ofSecret], signature: null, signed: null };
  const bytes = utf8(text);
  const url = URL.canParse(target) ? new URL(target) : null;
  const request = url ? { target: url.pathname + url.search, host: url.host } : { target };
  const found = await runInBrowser(search({ secret: bytes, key: key.trim(), body, signature, request }), wanted);
  if (!wanted()) return null;
  const notJson = bodyMistake(body);
  const ofContent = notJson ? [wordsOf(notJson)] : [];
  const right = notJson ? null : hex(await digestInBrowser({ algorithm: "sha512", key: bytes, data: body }));
  if (!found && notJson === "body_empty") return { kind: "wrong", sentences: ofContent, signature: null, signed: null };
  if (!found) return { kind: "unknown", sentences: ofContent, signature: right };
  if (found.mistakes.length === 0)
    return notJson
      ? { kind: "wrong", sentences: [NOT_JSON, ...ofContent], signature: null, signed: null }
      : { kind: "right" };
  const ofTheBody = found.mistakes.some((mistake) => OF_THE_BODY.test(mistake));
  return {
    kind: "wrong",
    sentences: [...found.mistakes.map(wordsOf), ...ofContent],
    signature: right,
    signed: ofTheBody && found.signed ? textOf(found.signed) : null,
  };
}
