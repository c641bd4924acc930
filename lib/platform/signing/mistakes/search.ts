import { lostLetters, otherEncodings, otherEnds, otherLineEnds, type Signed } from "./body-forms";
import { isStartOf, joined, utf8 } from "./bytes";
import { insteadOfBody, madeOfBody, type Request, withBody } from "./other-data";
import { hashedSecrets, secretForms } from "./secret-forms";
import { type Reading, readingsOf } from "./signature-forms";
import { signatureText } from "./signature-text";
import { jsonOfForm, writings, writtenOtherwise } from "./signed-json";
import type { Algorithm, Searching } from "./task";
import type { Mistake } from "./words/words";

/** A signature and what it is held against. The request is what is known of it beside. */
export type Evidence = { secret: Uint8Array; key: string; body: Uint8Array; signature: string; request?: Request };

/** Right, or what was done wrong: one thing, or two or three at once. `signed` are the bytes that were signed, where they differ from the body. */
export type Found = { mistakes: readonly Mistake[]; signed?: Uint8Array };

const BY_LENGTH: Record<number, Algorithm> = { 16: "md5", 20: "sha1", 28: "sha224", 32: "sha256", 48: "sha384", 64: "sha512" };
const NAMES: { [name in Algorithm]?: Mistake } = {
  md5: "hmac_md5",
  sha1: "hmac_sha1",
  sha224: "hmac_sha224",
  sha256: "hmac_sha256",
  sha384: "hmac_sha384",
};

/** As many secrets are tried before what costs more, and all of them with a body that differs as well. */
const FIRST_SECRETS = 19;
const PAIRED_SECRETS = 6;

/**
 * Looks for the mistake that explains a signature, the cheapest and likeliest first; no mistakes where it is right, null where none is known.
 *
 * Promise: a mistake is named only where the digest matches by it, in full or in its first 16 bytes, or where it is plain from the text alone.
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
 * What a signature's text alone says where no digest matches, or where a look ended before it knew.
 * Base64 is plain only if it holds 64 bytes: any 64 letters are the Base64 of something.
 */
export function plainFromText(signature: string): Found | null {
  const [reading] = readingsOf(signature);
  if (!reading) return { mistakes: ["signature_unreadable"] };
  const { form, cut, digest } = reading;
  if (digest.length !== 64) return { mistakes: ["signature_length"] };
  return form && !cut ? { mistakes: [form] } : null;
}

/** Whether another secret than the key's made the signature, over the very body. */
export function* signedByOther({ signature, body }: Pick<Evidence, "signature" | "body">, secret: Uint8Array): Searching<boolean> {
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
    const reading = readings.find((reading) => (reading.cut ? isStartOf(reading.digest, digest) : isStartOf(digest, reading.digest)));
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
    for (const [also, data] of [...ends, ...[...writings(body)].slice(0, 3)]) {
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
    (yield* firstOf(writings(body))) ??
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

/** What tells data apart: a collision may hide a hint and never makes one up. */
function placeOf(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${bytes.length} ${hash}`;
}
