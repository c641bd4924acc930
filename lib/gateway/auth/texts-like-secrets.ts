import type { Headers } from "../http/request";

const LENGTH = 64;
const SIGNATURE_HEADER = "x-processing-signature";
const SIGNATURE_LENGTH = 128;
/** The credentials of HTTP basic authentication, which are in Base64. */
const BASIC = /^Basic\s+([A-Za-z0-9+/=]{64,400})$/i;
/**
 * A digest in hex, such as of the body. Of the secrets that are generated, none looks like this.
 */
const HEX = /^[0-9a-f]+$/i;

export type Candidate = { name: string; text: string };

/**
 * The first `most` texts in these headers that have the form of a secret key: 64 letters and
 * digits, with none directly before or after.
 *
 * It runs for every request, so it reads as little as it can: of a signature nothing, and of other
 * values every 64th character, since one of these is in any text of that length.
 */
export function textsLikeSecrets(headers: Headers, most: number): readonly Candidate[] {
  let found: Candidate[] | null = null;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const [name, value] = [headers[at] as string, headers[at + 1] as string];
    if (value.length < LENGTH || isSignature(name, value)) continue;
    const plain = decoded(value);
    for (const text of plain === "" ? textsIn(value) : [...textsIn(plain), ...textsIn(value)]) {
      found ??= [];
      if (found.push({ name, text }) === most) return found;
    }
  }
  return found ?? NONE;
}

const NONE: readonly never[] = [];

const isSignature = (name: string, value: string): boolean =>
  value.length === SIGNATURE_LENGTH && name.length === SIGNATURE_HEADER.length;

const decoded = (value: string): string => {
  const encoded = value.startsWith("B") || value.startsWith("b") ? BASIC.exec(value)?.[1] : undefined;
  return encoded ? Buffer.from(encoded, "base64").toString("latin1") : "";
};

function textsIn(value: string): readonly string[] {
  let texts: string[] | null = null;
  for (let at = LENGTH - 1; at < value.length; at += LENGTH) {
    if (!isLetterOrDigit(value.charCodeAt(at))) continue;
    let [start, end] = [at, at + 1];
    while (end < value.length && isLetterOrDigit(value.charCodeAt(end))) end++;
    while (start > 0 && end - start <= LENGTH && isLetterOrDigit(value.charCodeAt(start - 1))) start--;
    const text = end - start === LENGTH ? value.slice(start, end) : null;
    if (text !== null && !HEX.test(text)) {
      texts ??= [];
      texts.push(text);
    }
    while (at + LENGTH < end) at += LENGTH;
  }
  return texts ?? NONE;
}

const isLetterOrDigit = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
