import { lostLetters, otherEncodings, otherEnds, otherLineEnds, rareEnds, type Signed } from "./body-forms";
import { base64, hex, joined, utf8 } from "./bytes";
import type { Evidence, Found } from "./evidence";
import { derivedFromBody, insteadOfBody, insteadOfText, printedBytes, rarelyWithBody, withBody } from "./other-data";
import { hashedSecrets, pairedSecrets, type SecretForm, secretForms } from "./secret-forms";
import { beforeSending } from "./sent-forms";
import { algorithmOf, isReadAs, type Reading } from "./signature-forms";
import {
  commonSerializations,
  inOtherOrders,
  jsonOfForm,
  otherSerializations,
  rareSerializations,
  writtenByTools,
} from "./signed-json";
import { type Algorithm, PAUSE, type Pause, type Searching } from "./task";
import type { Mistake } from "./words/words";

const NAMES: { [name in Algorithm]?: Mistake } = {
  md5: "hmac_md5",
  sha1: "hmac_sha1",
  sha224: "hmac_sha224",
  sha256: "hmac_sha256",
  sha384: "hmac_sha384",
};

type Look = { exact: () => Searching<Found | null>; others: () => Searching<Found | null> };

/** Looks for the mistake among digests of one algorithm. */
export function searchBy(algorithm: Algorithm, all: readonly Reading[], evidence: Evidence): Look {
  const { secret, key, body, signature } = evidence;
  const request = { ...evidence.request, signature };
  const readings = all.filter((reading) => algorithmOf(reading) === algorithm);
  const name = NAMES[algorithm];
  const compared = (digest: Uint8Array, mistakes: readonly Mistake[], signed?: Uint8Array): Found | null => {
    const reading = readings.find((reading) => isReadAs(reading, digest));
    if (!reading) return null;
    const found = [...mistakes, ...reading.forms];
    return signed ? { mistakes: found, signed } : { mistakes: found };
  };
  function* by(hmacKey: Uint8Array | null, data: Uint8Array, ...mistakes: Mistake[]): Searching<Found | null> {
    const all = hmacKey && name ? [...mistakes, name] : mistakes;
    return compared(yield { algorithm, key: hmacKey, data }, all, data === body ? undefined : data);
  }
  const known = new Set<string | null>([placeOf(body)]);
  function* firstOf(candidates: Iterable<Signed | Pause>): Searching<Found | null> {
    for (const signed of candidates) {
      const place = signed && placeOf(signed[1]);
      if (signed === PAUSE || known.has(place)) {
        yield PAUSE;
        continue;
      }
      known.add(place);
      const [mistake, data] = signed;
      const found = yield* by(secret, data, ...[mistake].flat());
      if (found) return found;
    }
    return null;
  }
  const forms = secretForms(secret, key);
  function* firstSecretOf(some: readonly SecretForm[], data = body, ...also: Mistake[]): Searching<Found | null> {
    for (const [mistake, form] of some) {
      const found = yield* by(form, data, mistake, ...also);
      if (found) return found;
    }
    return null;
  }
  function* signedAgain(): Searching<Found | null> {
    const digest = yield { algorithm, key: secret, data: body };
    return (
      (yield* by(secret, utf8(hex(digest)), "signed_signature")) ?? (yield* by(secret, digest, "signed_signature"))
    );
  }
  function* otherConstructions(): Searching<Found | null> {
    const cryptomus = algorithm === "md5" ? yield* by(null, joined(utf8(base64(body)), secret), "plain_hash") : null;
    return (
      cryptomus ??
      (yield* by(null, joined(secret, body), "plain_hash")) ??
      (yield* by(null, joined(body, secret), "plain_hash")) ??
      (yield* by(null, body, "plain_hash_of_body")) ??
      (yield* by(body, secret, "swapped_arguments")) ??
      (yield* by(null, joined(secret, body, secret), "plain_hash")) ??
      (yield* by(secret, joined(secret, body), "signed_secret_and_body")) ??
      (yield* by(secret, joined(body, secret), "signed_secret_and_body"))
    );
  }
  /** The secret key and the body with a character between them, or with the API key. */
  function* rareHashes(): Searching<Found | null> {
    for (const between of [":", ".", "|", "\n", "&"].map(utf8))
      for (const data of [joined(secret, between, body), joined(body, between, secret)]) {
        const found = yield* by(null, data, "plain_hash");
        if (found) return found;
      }
    return (
      (yield* by(null, joined(utf8(key), secret, body), "plain_hash")) ??
      (yield* by(null, joined(utf8(key), body, secret), "plain_hash"))
    );
  }
  function* otherAlgorithms(): Searching<Found | null> {
    const similar = SIMILAR[algorithm] ?? [];
    for (const [mistake, other] of similar) {
      const digest = yield { algorithm: other, key: secret, data: body };
      const found = compared(digest, [mistake]);
      if (found) return found;
    }
    return null;
  }
  /** Each likely secret with each likely body. */
  function* pairs(): Searching<Found | null> {
    const bodies: Signed[] = [["newline_signed", joined(body, utf8("\n"))]];
    const other = new Set([placeOf(body)]);
    for (const signed of commonSerializations(body)) {
      if (bodies.length > PAIRED_WRITINGS) break;
      yield PAUSE;
      if (signed === PAUSE || other.has(placeOf(signed[1]))) continue;
      other.add(placeOf(signed[1]));
      bodies.push(signed);
    }
    for (const [also, data] of bodies) {
      const found = yield* firstSecretOf(pairedSecrets(forms), data, ...[also].flat());
      if (found) return found;
    }
    return null;
  }
  function* others(): Searching<Found | null> {
    return (
      (yield* firstSecretOf(forms.first)) ??
      (yield* firstOf(insteadOfBody(key, request))) ??
      (yield* firstOf(otherEnds(body))) ??
      (yield* firstOf(otherLineEnds(body))) ??
      (yield* firstOf(beforeSending(body))) ??
      (yield* firstOf(commonSerializations(body))) ??
      (yield* firstOf(otherEncodings(body))) ??
      (yield* otherConstructions()) ??
      (yield* otherAlgorithms()) ??
      (yield* signedAgain()) ??
      (yield* firstOf(lostLetters(body))) ??
      (yield* firstOf(withBody(body, key, request))) ??
      (yield* firstOf(yield* derivedFromBody(body, request))) ??
      (yield* firstOf(jsonOfForm(body, request.target))) ??
      (yield* firstSecretOf(forms.likely)) ??
      (yield* firstSecretOf(forms.texts)) ??
      (yield* firstSecretOf(yield* hashedSecrets(secret))) ??
      (yield* firstOf(otherSerializations(body))) ??
      (yield* firstOf(printedBytes(body))) ??
      (yield* firstSecretOf(forms.read)) ??
      (yield* firstOf(writtenByTools(body))) ??
      (yield* firstOf(inOtherOrders(body))) ??
      (yield* pairs()) ??
      (yield* firstOf(insteadOfText())) ??
      (yield* firstOf(rareSerializations(body))) ??
      (yield* firstSecretOf(forms.rare)) ??
      (yield* firstOf(rareEnds(body))) ??
      (yield* firstOf(rarelyWithBody(body, key, request))) ??
      (yield* rareHashes())
    );
  }
  return { exact: () => by(secret, body), others };
}

/** Other algorithms whose digests have the same length. */
const SIMILAR: { [name in Algorithm]?: readonly (readonly [Mistake, Algorithm])[] } = {
  sha512: [["hmac_sha3", "sha3-512"]],
  sha256: [
    ["hmac_sha3", "sha3-256"],
    ["hmac_sha512_256", "sha512-256"],
  ],
};

/** How many other writings of the body are tried together with other secrets. */
const PAIRED_WRITINGS = 4;

/** Identifies data. A collision may hide a hint but never invents one. */
function placeOf(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${bytes.length} ${hash}`;
}
