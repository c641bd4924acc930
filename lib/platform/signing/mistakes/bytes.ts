/** Conversions between bytes and text, with APIs that both Node and browsers have. */

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Null if it is not UTF-8. A byte order mark is kept. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** One byte per character; null if a character does not fit. */
export function latin1(text: string): Uint8Array | null {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0xff) return null;
    bytes[index] = code;
  }
  return bytes;
}

/**
 * One character per byte. Converts in pieces, because a call takes a limited number of arguments.
 */
export function latin1Text(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text;
}

export function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < text.length; index++) view.setUint16(index * 2, text.charCodeAt(index), littleEndian);
  return bytes;
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && isStartOf(one, other);

export const isStartOf = (start: Uint8Array, bytes: Uint8Array): boolean =>
  start.length <= bytes.length && start.every((byte, index) => byte === bytes[index]);

export const isEndOf = (end: Uint8Array, bytes: Uint8Array): boolean =>
  end.length <= bytes.length && isSame(end, bytes.subarray(bytes.length - end.length));

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export const hex = (bytes: Uint8Array): string => bytes.reduce((text, byte) => text + PAIRS[byte], "");

/** Decodes hex digits and ignores an odd last one. */
export function fromHex(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length >> 1 }, (_, index) =>
    Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
  );
}

export const base64 = (bytes: Uint8Array): string => btoa(latin1Text(bytes));

/** Decodes Base64 in either alphabet, padded or not; null if it is not Base64. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    return latin1(atob(text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "")));
  } catch {
    return null;
  }
}
