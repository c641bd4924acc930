import { isStartOf } from "./bytes";
import type { Evidence, Found } from "./evidence";
import { searchBy } from "./search-by-algorithm";
import { algorithmOf, readingsOf } from "./signature-forms";
import { signatureText } from "./signature-text";
import type { Searching } from "./task";
import type { Mistake } from "./words/words";

export type { Evidence, Found } from "./evidence";

/**
 * Looks for the mistake that explains a signature, the cheapest and likeliest first. No mistakes
 * if the signature is right; null if no known mistake explains it.
 *
 * Promise: a mistake is named only if it makes the digest match, in full or in its first 16 bytes
 * or more, or if it is obvious from the text alone.
 */
export function* search(evidence: Evidence): Searching<Found | null> {
  const obvious = signatureText(evidence);
  if (obvious) return { mistakes: [obvious] };
  const readings = readingsOf(evidence.signature);
  if (readings.length === 0) return plainFromText(evidence.signature);
  const algorithms = [...new Set(readings.map(algorithmOf))];
  const looks = algorithms.map((algorithm) => searchBy(algorithm, readings, evidence));
  for (const { exact } of looks) {
    const found = yield* exact();
    if (found) return found;
  }
  for (const { others } of looks) {
    const found = yield* others();
    if (found) return found;
  }
  return plainFromText(evidence.signature);
}

/**
 * The mistake that a signature's text alone shows, for a signature that no digest matches and for
 * a search that ran out of time. Base64 is obvious only if it holds 64 bytes: any 64 letters are
 * the Base64 of something.
 */
function plainFromText(signature: string): Found | null {
  const [reading] = readingsOf(signature);
  if (!reading) {
    const isHex = /^[0-9a-f]+$/i.test(signature.trim());
    return { mistakes: [isHex ? lengthMistake(signature) : "signature_unreadable"] };
  }
  const { forms, cut, digest } = reading;
  if (digest.length !== 64 || forms.includes("signature_longer")) return { mistakes: [lengthMistake(signature)] };
  return forms.length > 0 && !cut ? { mistakes: forms } : null;
}

function lengthMistake(signature: string): Mistake {
  const { length } = signature.trim();
  return length === 128 ? "signature_length" : `signature_length:${length}`;
}

/** What is plain about a request whose signature no secret made. */
export const plainMistakes = ({ signature, body }: Pick<Evidence, "signature" | "body">): readonly Mistake[] =>
  plainFromText(signature)?.mistakes ?? (body.length === 0 ? ["body_missing"] : []);

/** Whether another secret than the key's made the signature, over exactly this body. */
export function* signedByOther(
  { signature, body }: Pick<Evidence, "signature" | "body">,
  secret: Uint8Array,
): Searching<boolean> {
  for (const reading of readingsOf(signature)) {
    const digest = yield { algorithm: algorithmOf(reading), key: secret, data: body };
    if (isStartOf(reading.digest, digest)) return true;
  }
  return false;
}
