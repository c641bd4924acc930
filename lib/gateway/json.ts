/** Deeper than any request of the API, and shallow enough for whatever parser comes behind the gateway. */
export const MOST_DEPTH = 1_000;

const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const [QUOTE, COMMA, MINUS, DOT, COLON, OPEN_ARRAY, BACKSLASH, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x22, 0x2c, 0x2d, 0x2e, 0x3a, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d,
];
const LITERALS = ["true", "false", "null"].map((text) => [...Buffer.from(text)]);
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));
const BAD = -1;

/**
 * Whether bytes that are UTF-8 are one JSON text (RFC 8259), as JSON.parse reads it, of at most 1,000 arrays and objects within one another.
 *
 * Promise: each byte is looked at once or twice and nothing is kept of it, so that no body costs more than another of its length.
 * Attack: to JSON.parse a mebibyte of "[" is a second of everybody's time, and objects by the hundred thousand are garbage to collect.
 */
export function isJson(bytes: Uint8Array): boolean {
  const inObject = new Uint8Array(MOST_DEPTH);
  let depth = 0;
  let at = afterBlanks(bytes, 0);
  for (;;) {
    const opened = bytes[at];
    if (opened === OPEN_ARRAY || opened === OPEN_OBJECT) {
      if (depth === MOST_DEPTH) return false;
      const object = opened === OPEN_OBJECT;
      inObject[depth++] = Number(object);
      at = afterBlanks(bytes, at + 1);
      if (bytes[at] !== (object ? CLOSE_OBJECT : CLOSE_ARRAY)) {
        if (object) at = afterName(bytes, at);
        if (at === BAD) return false;
        continue;
      }
    } else {
      at = afterScalar(bytes, at);
      if (at === BAD) return false;
      at = afterBlanks(bytes, at);
    }
    // A value has ended, or what closes an empty one is here.
    while (depth > 0 && bytes[at] === (inObject[depth - 1] ? CLOSE_OBJECT : CLOSE_ARRAY)) {
      depth--;
      at = afterBlanks(bytes, at + 1);
    }
    if (depth === 0) return at === bytes.length;
    if (bytes[at] !== COMMA) return false;
    at = afterBlanks(bytes, at + 1);
    if (inObject[depth - 1]) at = afterName(bytes, at);
    if (at === BAD) return false;
  }
}

function afterBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB; byte = bytes[at]) at++;
  return at;
}

/** After the name of a member, its colon and the blanks around that. */
function afterName(bytes: Uint8Array, from: number): number {
  const end = bytes[from] === QUOTE ? afterString(bytes, from) : BAD;
  if (end === BAD) return BAD;
  const colon = afterBlanks(bytes, end);
  return bytes[colon] === COLON ? afterBlanks(bytes, colon + 1) : BAD;
}

function afterScalar(bytes: Uint8Array, from: number): number {
  const first = bytes[from];
  if (first === QUOTE) return afterString(bytes, from);
  if (first === MINUS || isDigit(first)) return afterNumber(bytes, from);
  const literal = LITERALS.find((letters) => letters.every((letter, index) => bytes[from + index] === letter));
  return literal ? from + literal.length : BAD;
}

function afterString(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte < SPACE) return BAD;
    if (byte !== BACKSLASH) continue;
    const escaped = bytes[++at] ?? BAD;
    if (escaped === LETTER_U) {
      for (let digits = 0; digits < 4; digits++) if (!isHex(bytes[++at])) return BAD;
    } else if (!ESCAPED.has(escaped)) return BAD;
  }
  return BAD;
}

function afterNumber(bytes: Uint8Array, from: number): number {
  const whole = bytes[from] === MINUS ? from + 1 : from;
  let at = bytes[whole] === ZERO ? whole + 1 : afterDigits(bytes, whole);
  if (at !== BAD && bytes[at] === DOT) at = afterDigits(bytes, at + 1);
  if (at === BAD || ((bytes[at] ?? 0) | 0x20) !== LETTER_E) return at;
  const sign = bytes[at + 1];
  return afterDigits(bytes, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
}

/** At least one. */
function afterDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at])) at++;
  return at === from ? BAD : at;
}

const [PLUS, ZERO, LETTER_E, LETTER_U] = [0x2b, 0x30, 0x65, 0x75];

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= 0x39;

function isHex(byte: number | undefined): boolean {
  const lower = (byte ?? 0) | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}
