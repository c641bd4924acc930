import { latin1Text } from "./bytes";
import { type Headers, pairsOf, valuesOf } from "./headers";
import { keyHeaderMistake, keyReadings, nearlyKey } from "./key-header";
import { bodyMistake, contentTypeMistake, pathMistake, signatureHeaderMistake } from "./other-mistakes";
import { type Found, search } from "./search";
import type { Searching } from "./task";
import type { Mistake } from "./words/words";

/** A whole request as it arrived, and the key pair that it should have used. */
export type SignedRequest = { method: string; target: string; headers: Headers; body: Uint8Array };
export type KeyPair = { key: string; secret: Uint8Array };

/**
 * Finds the first mistake, in the order in which the gateway checks. No mistakes if the request
 * is right; null if no known mistake explains it.
 */
export function* explain(
  { method, target, headers, body }: SignedRequest,
  { key, secret }: KeyPair,
): Searching<Found | null> {
  const early =
    secretInHeaders(headers, secret) ??
    keyMistake(headers, key) ??
    signatureHeaderMistake(headers) ??
    encodingMistake(headers);
  if (early) return { mistakes: [early] };
  const [signature = ""] = valuesOf(headers, "x-processing-signature");
  const [host] = valuesOf(headers, "host");
  const found = yield* search({ secret, key, body, signature, request: { method, target, host, headers } });
  if (found === null) return body.length === 0 ? { mistakes: ["body_missing"] } : null;
  if (found.mistakes.length > 0) return found;
  const late = contentTypeMistake(headers) ?? bodyMistake(body) ?? pathMistake(target);
  return late ? { mistakes: [late] } : found;
}

function secretInHeaders(headers: Headers, secret: Uint8Array): Mistake | null {
  const text = latin1Text(secret);
  const [name] = pairsOf(headers).find(([, value]) => text !== "" && value.includes(text)) ?? [];
  if (name === undefined) return null;
  return name === "x-processing-key" ? "secret_as_key" : "secret_sent";
}

function keyMistake(headers: Headers, key: string): Mistake | null {
  for (const { text, mistake } of keyReadings(headers)) {
    const nearly = nearlyKey(text, key);
    if (nearly !== null) return nearly === "same" ? mistake : (mistake ?? nearly);
  }
  return keyHeaderMistake(headers);
}

function encodingMistake(headers: Headers): Mistake | null {
  const encodings = valuesOf(headers, "content-encoding");
  return encodings.length > 0 && encodings.some((encoding) => encoding.toLowerCase() !== "identity")
    ? "content_encoded"
    : null;
}
