import { fromBase64, fromHex, hex, isEndOf, isStartOf, latin1, latin1Text } from "./bytes";
import type { Algorithm } from "./task";
import type { Mistake } from "./words/words";

/**
 * One reading of a signature header: the digest, the mistakes in how it is written, and whether
 * part of it is missing. `unpadded`: digits from which the digest cannot be read back, because
 * some of its bytes were written with one digit, or with more than two.
 */
export type Reading = { digest: Uint8Array; forms: readonly Mistake[]; cut?: boolean; unpadded?: string };

/** From this many bytes on, a matching part of a digest is no coincidence. */
const LEAST_BYTES = 16;

const MAX_CHARACTERS = 1_024;

/** A digest of 64 bytes has more digits than this, even if some bytes are written with one. */
const LEAST_UNPADDED = 100;

const BY_LENGTH: Record<number, Algorithm> = {
  16: "md5",
  20: "sha1",
  28: "sha224",
  32: "sha256",
  48: "sha384",
  64: "sha512",
};

const isLength = (bytes: number): boolean => bytes in BY_LENGTH;

export const algorithmOf = ({ cut, digest }: Reading): Algorithm =>
  cut ? "sha512" : (BY_LENGTH[digest.length] ?? "sha512");

/** Whether a digest, or a part of it that is long enough, is what a reading says was sent. */
export function isReadAs({ digest: read, cut, unpadded }: Reading, digest: Uint8Array): boolean {
  if (unpadded !== undefined) return writtenUnpadded(digest).includes(unpadded);
  return cut ? isStartOf(read, digest) || isEndOf(read, digest) : isStartOf(digest, read);
}

/**
 * As a program writes a digest that does not give each byte two digits, or takes it for a number.
 */
function writtenUnpadded(digest: Uint8Array): string[] {
  const bytes = [...digest];
  return [
    bytes.map((byte) => byte.toString(16)).join(""),
    hex(digest).replace(/^0+/, ""),
    bytes.map((byte) => (byte > 127 ? "ffffff" : "") + byte.toString(16)).join(""),
    bytes.map((byte) => (byte > 127 ? "ffffff" : "") + byte.toString(16).padStart(2, "0")).join(""),
  ];
}

/** Every plausible reading of a signature, the most obvious first. */
export function readingsOf(signature: string): Reading[] {
  const text = signature.trim();
  if (text.length > MAX_CHARACTERS) return [];
  const printed = printedReadings(text);
  return printed.length > 0 ? printed : [...hexReadings(text), ...base64Readings(text)];
}

function hexReadings(text: string): Reading[] {
  if (/^[0-9a-f]+$/i.test(text)) return plain(text);
  const all = text.split(/\s*,\s*/);
  if (all.length > 1 && all.every((part) => /^[0-9a-f]{32,}$/i.test(part)))
    return all.flatMap((part) => whole(part, "signature_twice"));
  if (/^-[0-9a-f]{100,128}$/i.test(text)) return [{ digest: ofNegative(text), forms: ["signature_unpadded"] }];
  const together = text.replace(/[-:,\s]/g, "");
  if (/^(0x)?[0-9a-f]{2}([-:,\s]+(0x)?[0-9a-f]{2})+$/i.test(text))
    return whole(together.replaceAll(/0x/gi, ""), "signature_separated");
  if (/^[0-9a-f]{32,}$/i.test(together)) return whole(together, "signature_separated");
  const printed = /^<Buffer ((?:[0-9a-f]{2} ?){16,})/i.exec(text)?.[1];
  if (printed) return [{ digest: fromHex(printed.replaceAll(" ", "")), forms: ["signature_separated"], cut: true }];
  const [found] = text.matchAll(/(?<![0-9A-Za-z])(?:0x)?([0-9a-f]{32,})(?![0-9A-Za-z])/gi);
  if (found) return whole(found[1] as string, wrapping(text, found.index, found[0].length));
  const [start, end] = [/^[0-9a-f]{128}/i.exec(text), /[0-9a-f]{128}$/i.exec(text)];
  if (start) return whole(start[0], "signature_longer");
  return end ? whole(end[0], "signature_prefixed") : [];
}

function plain(digits: string): Reading[] {
  const digest = fromHex(digits);
  const inner = digits.length > 128 ? latin1Text(digest) : "";
  if (/^[0-9a-f]{64,128}$/i.test(inner)) return [{ digest: fromHex(inner), forms: ["signature_hex_twice"] }];
  const [base64] = ofBase64(inner, ["signature_hex_twice"]);
  if (base64) return [{ ...base64, forms: ["signature_hex_twice"] }];
  if (digits.length === 128) return [{ digest, forms: [] }];
  const unpadded: Reading = { digest, forms: ["signature_unpadded"], cut: true, unpadded: digits.toLowerCase() };
  if (digits.length > 128)
    return [
      { digest: digest.subarray(0, 64), forms: ["signature_longer"] },
      { digest: fromHex(digits.slice(-128)), forms: ["signature_prefixed"] },
      unpadded,
    ];
  const readings: Reading[] = isLength(digits.length / 2) ? [{ digest, forms: [] }] : [];
  if (digits.length >= LEAST_UNPADDED) readings.push(unpadded);
  if (digest.length < LEAST_BYTES) return readings;
  readings.push({ digest, forms: ["signature_cut"], cut: true });
  // Of an odd number of digits, the first can be the one whose other half is missing.
  if (digits.length % 2 === 1) readings.push({ digest: fromHex(digits.slice(1)), forms: ["signature_cut"], cut: true });
  return readings;
}

/** A digest that was taken for a negative number, as Java's BigInteger takes half of them. */
const ofNegative = (text: string): Uint8Array =>
  fromHex((2n ** 512n - BigInt(`0x${text.slice(1)}`)).toString(16).padStart(128, "0"));

const whole = (digits: string, form: Mistake): Reading[] =>
  digits.length % 2 === 0 && isLength(digits.length / 2) ? [{ digest: fromHex(digits), forms: [form] }] : [];

/** The mistake shown by the text around the digits. */
function wrapping(text: string, from: number, length: number): Mistake {
  const [before, after] = [text.slice(0, from), text.slice(from + length)];
  if (/\)\s*=\s*$/.test(before) || /^\s+[*-]/.test(after)) return "signature_labelled";
  if (/^b['"]$/.test(before)) return "signature_bytes_text";
  if (/^["'“‘`]/.test(before) || /^["']/.test(after)) return "signature_quoted";
  return /^[<[({]+$/.test(before) && /^[>\])}]+$/.test(after) ? "signature_bracketed" : "signature_prefixed";
}

/** The length of 64 bytes in Base64. A shorter one is not broken into lines. */
const FULL_BASE64 = 86;
const FULL_TEXT = /^[A-Za-z0-9+/_-]{86}={0,2}$/;

/** A run of characters that can be the Base64 of a digest. */
const BASE64 = /(?<![\w+/-])[A-Za-z0-9+/_-]{22,}={0,2}(?![\w+/=-])/g;

function base64Readings(text: string): Reading[] {
  const decoded = /%[0-9a-f]{2}/i.test(text) ? text.replace(/%(2B|2F|3D)/gi, unescaped) : text;
  const joined = decoded.replace(/\s/g, "");
  const unbroken = joined.length >= FULL_BASE64 ? joined : decoded;
  const bare = decoded.replace(/^(?:sha-?512-|[A-Za-z0-9-]{1,16}[=: ]\s*)?["']?/i, "").replace(/["']$/, "");
  // A form that is decoded makes a space of each plus sign.
  const plus = decoded.replaceAll(" ", "+");
  const readings = [...new Set([unbroken, bare, ...(FULL_TEXT.test(plus) ? [plus] : [])])].flatMap((candidate) =>
    ofBase64(candidate, []),
  );
  if (readings.length > 0) return readings;
  return [...decoded.matchAll(BASE64)].slice(0, 8).flatMap(([part]) => ofBase64(part, ["signature_prefixed"]));
}

const unescaped = (code: string): string => String.fromCharCode(Number.parseInt(code.slice(1), 16));

function ofBase64(text: string, around: readonly Mistake[]): Reading[] {
  if (!/^[A-Za-z0-9+/_-]{22,}={0,2}$/.test(text)) return [];
  const bytes = fromBase64(text);
  if (!bytes) return [];
  const inner = latin1Text(bytes);
  if (/^[0-9a-f]{32,128}$/i.test(inner))
    return [{ digest: fromHex(inner), forms: [...around, "signature_base64_of_hex"] }];
  // Base64 in Base64.
  const digest = FULL_TEXT.test(inner) ? fromBase64(inner) : bytes;
  return digest && isLength(digest.length) ? [{ digest, forms: [...around, "signature_base64"] }] : [];
}

/**
 * Bytes as a language prints them: Python's b'\x9f…', a list of numbers, a Uint8Array as JSON, or
 * the 32-bit words of CryptoJS.
 */
function printedReadings(text: string): Reading[] {
  const members = /^\{("\d+":\d{1,3},?){16,64}\}$/.test(text) ? [...text.matchAll(/:(\d+)/g)] : [];
  if (isLength(members.length))
    return [{ digest: Uint8Array.from(members, ([, byte]) => Number(byte)), forms: ["signature_numbers"] }];
  const words = /^\{"words":\[(-?\d{1,10}(?:,-?\d{1,10}){3,15})\],"sigBytes":\d+\}$/.exec(text)?.[1]?.split(",");
  if (words && isLength(words.length * 4)) return [{ digest: ofWords(words), forms: ["signature_object"] }];
  const numbers = /(?:^|[[{])\s*(-?\d{1,3}(?:[,\s]+-?\d{1,3}){15,63})\s*(?:[\]}]|$)/.exec(text)?.[1]?.split(/[,\s]+/);
  if (numbers && isLength(numbers.length))
    return [{ digest: Uint8Array.from(numbers, (number) => Number(number) & 0xff), forms: ["signature_numbers"] }];
  const python = /^b(['"])(.*\\x.*)\1$/.exec(text)?.[2];
  const digest = python === undefined ? null : latin1(python.replace(/\\(x[0-9a-f]{2}|.)/gi, pythonEscape));
  return digest && isLength(digest.length) ? [{ digest, forms: ["signature_bytes_text"] }] : [];
}

function ofWords(words: readonly string[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  for (const [at, word] of words.entries()) view.setInt32(at * 4, Number(word));
  return new Uint8Array(view.buffer);
}

function pythonEscape(_: string, escaped: string): string {
  if (/^x[0-9a-f]{2}$/i.test(escaped)) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
  return { n: "\n", r: "\r", t: "\t" }[escaped] ?? escaped;
}
