import { fromBase64, fromHex, latin1Text } from "./bytes";
import type { Mistake } from "./words/words";

/**
 * One reading of a signature header: the digest, the mistake in how it is written, and whether
 * part of it is missing.
 */
export type Reading = { digest: Uint8Array; form: Mistake | null; cut?: boolean };

/** From this many bytes on, a matching part of a digest is no coincidence. */
const LEAST_BYTES = 16;
const LENGTHS: readonly number[] = [16, 20, 28, 32, 48, 64];

const MAX_CHARACTERS = 1_024;

/** Every plausible reading of a signature, the most obvious first. */
export function readingsOf(signature: string): Reading[] {
  const text = signature.trim();
  if (text.length > MAX_CHARACTERS) return [];
  return [...hexReadings(text), ...base64Readings(text)];
}

function hexReadings(text: string): Reading[] {
  if (/^[0-9a-f]+$/i.test(text)) return plain(text);
  const together = text.replace(/[-:,\s]/g, "");
  if (/^(0x)?[0-9a-f]{2}([-:,\s]+(0x)?[0-9a-f]{2})+$/i.test(text))
    return whole(together.replaceAll(/0x/gi, ""), "signature_separated");
  if (/^[0-9a-f]{32,}$/i.test(together)) return whole(together, "signature_separated");
  const printed = /^<Buffer ((?:[0-9a-f]{2} ?){16,})/i.exec(text)?.[1];
  if (printed) return [{ digest: fromHex(printed.replaceAll(" ", "")), form: "signature_separated", cut: true }];
  const [found] = text.matchAll(/(?<![0-9A-Za-z])(?:0x)?([0-9a-f]{32,})(?![0-9A-Za-z])/gi);
  return found ? whole(found[1] as string, wrapping(text, found.index, found[0].length)) : [];
}

function plain(digits: string): Reading[] {
  const digest = fromHex(digits);
  const inner = digits.length > 128 ? latin1Text(digest) : "";
  if (/^[0-9a-f]{64,128}$/i.test(inner)) return [{ digest: fromHex(inner), form: "signature_hex_twice" }];
  if (digits.length === 128) return [{ digest, form: null }];
  if (digits.length > 128) return [{ digest: digest.subarray(0, 64), form: "signature_longer" }];
  const readings: Reading[] = LENGTHS.includes(digits.length / 2) ? [{ digest, form: null }] : [];
  if (digest.length >= LEAST_BYTES) readings.push({ digest, form: "signature_cut", cut: true });
  return readings;
}

const whole = (digits: string, form: Mistake): Reading[] =>
  digits.length % 2 === 0 && LENGTHS.includes(digits.length / 2) ? [{ digest: fromHex(digits), form }] : [];

/** The mistake shown by the text around the digits. */
function wrapping(text: string, from: number, length: number): Mistake {
  const [before, after] = [text.slice(0, from), text.slice(from + length)];
  if (/\)\s*=\s*$/.test(before) || /^\s+[*-]/.test(after)) return "signature_labelled";
  if (/^b['"]$/.test(before)) return "signature_bytes_text";
  if (/^["'“‘`]/.test(before) || /^["']/.test(after)) return "signature_quoted";
  return "signature_prefixed";
}

function base64Readings(text: string): Reading[] {
  const bare = text.replace(/^(?:[A-Za-z0-9-]{1,16}[=: ]\s*)?["']?/, "").replace(/["']$/, "");
  return [text, bare].flatMap((candidate): Reading[] => {
    if (!/^[A-Za-z0-9+/_-]{22,}={0,2}$/.test(candidate)) return [];
    const bytes = fromBase64(candidate);
    if (!bytes) return [];
    const inner = latin1Text(bytes);
    if (/^[0-9a-f]{32,128}$/i.test(inner)) return [{ digest: fromHex(inner), form: "signature_base64_of_hex" }];
    return LENGTHS.includes(bytes.length) ? [{ digest: bytes, form: "signature_base64" }] : [];
  });
}
