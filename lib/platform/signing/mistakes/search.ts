import { lostLetters, otherEncodings, otherEnds, otherLineEnds, type Signed } from "./body-forms";
import { isStartOf, joined, utf8 } from "./bytes";
import { insteadOfBody, madeOfBody, type Request, withBody } from "./other-data";
import { hashedSecrets, secretForms } from "./secret-forms";
import { type Reading, readingsOf } from "./signature-forms";
import { signatureText } from "./signature-text";
import { jsonForms, jsonOfForm, writtenOtherwise } from "./signed-json";
import type { Algorithm, Searching } from "./task";
import type { Mistake } from "./words/words";

/** A signature and what it is compared with. `request` is what else is known of the request. */
export type Evidence = { secret: Uint8Array; key: string; body: Uint8Array; signature: string; request?: Request };

/**
 * The mistakes: none if the signature is right, otherwise one, or two or three at once. `signed`
 * are the signed bytes, if they differ from the body.
 */
export type Found = { mistakes: readonly Mistake[]; signed?: Uint8Array };

const BY_LENGTH: Record<number, Algorithm> = {
  16: "md5",
  20: "sha1",
  28: "sha224",
  32: "sha256",
  48: "sha384",
  64: "sha512",
};
const NAMES: { [name in Algorithm]?: Mistake } = {
  md5: "hmac_md5",
  sha1: "hmac_sha1",
  sha224: "hmac_sha224",
  sha256: "hmac_sha256",
  sha384: "hmac_sha384",
};

/**
 * The number of secrets that are tried before more expensive forms, and the number that are tried
 * together with a different body.
 */
const FIRST_SECRETS = 19;
const PAIRED_SECRETS = 6;

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
  if (readings.length === 0) return { mistakes: ["signature_unreadable"] };
  for (const algorithm of new Set(readings.map(algorithmOf))) {
    const some = readings.filter((reading) => algorithmOf(reading) === algorithm);
    const found = yield* searchBy(algorithm, some, evidence);
    if (found) return found;
  }
  return plainFromText(evidence.signature);
}

/**
 * The mistake that a signature's text alone shows, for a signature that no digest matches and for
 * a search that ran out of time. Base64 is obvious only if it holds 64 bytes: any 64 letters are
 * the Base64 of something.
 */
export function plainFromText(signature: string): Found | null {
  const [reading] = readingsOf(signature);
  if (!reading) return { mistakes: ["signature_unreadable"] };
  const { form, cut, digest } = reading;
  if (digest.length !== 64) return { mistakes: ["signature_length"] };
  return form && !cut ? { mistakes: [form] } : null;
}

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

const algorithmOf = ({ cut, digest }: Reading): Algorithm => (cut ? "sha512" : (BY_LENGTH[digest.length] ?? "sha512"));

function* searchBy(algorithm: Algorithm, readings: readonly Reading[], evidence: Evidence): Searching<Found | null> {
  const { secret, key, body, request = {} } = evidence;
  const name = NAMES[algorithm];
  const compared = (digest: Uint8Array, mistakes: readonly Mistake[], signed?: Uint8Array): Found | null => {
    const reading = readings.find((reading) =>
      reading.cut ? isStartOf(reading.digest, digest) : isStartOf(digest, reading.digest),
    );
    if (!reading) return null;
    const all = [...mistakes, ...(name ? [name] : []), ...(reading.form ? [reading.form] : [])];
    return signed ? { mistakes: all, signed } : { mistakes: all };
  };
  function* by(hmacKey: Uint8Array | null, data: Uint8Array, ...mistakes: Mistake[]): Searching<Found | null> {
    return compared(yield { algorithm, key: hmacKey, data }, mistakes, data === body ? undefined : data);
  }
  const known = new Set([placeOf(body)]);
  function* firstOf(signed: Iterable<Signed>): Searching<Found | null> {
    for (const [mistake, data] of signed) {
      if (known.has(placeOf(data))) continue;
      known.add(placeOf(data));
      const found = yield* by(secret, data, ...[mistake].flat());
      if (found) return found;
    }
    return null;
  }
  const forms = secretForms(secret, key);
  function* firstSecretOf(some: typeof forms, data = body, ...also: Mistake[]): Searching<Found | null> {
    for (const [mistake, form] of some) {
      const found = yield* by(form, data, mistake, ...also);
      if (found) return found;
    }
    return null;
  }
  function* otherConstructions(): Searching<Found | null> {
    return (
      (yield* by(null, joined(secret, body), "plain_hash")) ??
      (yield* by(null, joined(body, secret), "plain_hash")) ??
      (yield* by(null, body, "plain_hash_of_body")) ??
      (yield* by(body, secret, "swapped_arguments")) ??
      (yield* by(null, joined(secret, body, secret), "plain_hash")) ??
      (yield* by(secret, joined(secret, body), "signed_secret_and_body"))
    );
  }
  function* otherAlgorithms(): Searching<Found | null> {
    if (algorithm !== "sha512" && algorithm !== "sha256") return null;
    const sha3 = algorithm === "sha512" ? "sha3-512" : "sha3-256";
    return compared(yield { algorithm: sha3, key: secret, data: body }, ["hmac_sha3"]);
  }
  function* pairs(): Searching<Found | null> {
    const some = forms.slice(0, PAIRED_SECRETS);
    const ends: Signed[] = [["newline_signed", joined(body, utf8("\n"))]];
    for (const [also, data] of [...ends, ...[...jsonForms(body)].slice(0, 3)]) {
      const found = yield* firstSecretOf(some, data, ...[also].flat());
      if (found) return found;
    }
    return null;
  }

  return (
    (yield* by(secret, body)) ??
    (yield* firstSecretOf(forms.slice(0, FIRST_SECRETS))) ??
    (yield* firstOf(insteadOfBody(key, request))) ??
    (yield* firstOf(otherEnds(body))) ??
    (yield* firstOf(otherLineEnds(body))) ??
    (yield* firstOf(jsonForms(body))) ??
    (yield* firstOf(otherEncodings(body))) ??
    (yield* otherConstructions()) ??
    (yield* otherAlgorithms()) ??
    (yield* firstOf(withBody(body, key, request))) ??
    (yield* firstOf(yield* madeOfBody(body))) ??
    (yield* firstSecretOf(forms.slice(FIRST_SECRETS))) ??
    (yield* firstSecretOf(yield* hashedSecrets(secret))) ??
    (yield* firstOf(jsonOfForm(body, request.target))) ??
    (yield* firstOf(writtenOtherwise(body))) ??
    (yield* pairs()) ??
    (yield* firstOf(lostLetters(body)))
  );
}

/** Identifies data. A collision may hide a hint but never invents one. */
function placeOf(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${bytes.length} ${hash}`;
}
