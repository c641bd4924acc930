import { isSame, isStartOf, joined, latin1, latin1Text, textOf, utf8, utf16 } from "./bytes";
import { windowsBytes } from "./windows-text";
import type { Mistake } from "./words/words";

/** Bytes that differ from the sent ones, and the mistake that leads to signing them. */
export type Signed = readonly [mistake: Mistake | readonly Mistake[], bytes: Uint8Array];

const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/**
 * The body with other ends: characters that an editor, a shell or a file adds, and that were
 * signed but not sent, or sent but not signed.
 */
export function* otherEnds(body: Uint8Array): Generator<Signed> {
  const end = (text: string) => joined(body, utf8(text));
  yield ["newline_signed", end("\n")];
  yield ["newline_signed", end("\r\n")];
  const trimmed = withoutEnds(body);
  if (trimmed.length < body.length) {
    const last = body[body.length - 1];
    yield [last === 0x0a || last === 0x0d ? "newline_sent" : "blank_sent", trimmed];
    if (last === 0x0a) yield ["newline_sent", body.subarray(0, body[body.length - 2] === 0x0d ? -2 : -1)];
    yield ["newline_signed", joined(trimmed, utf8("\n"))];
  }
  if (isStartOf(BYTE_ORDER_MARK, body)) yield ["byte_order_mark_sent", body.subarray(3)];
  else yield ["byte_order_mark_signed", joined(BYTE_ORDER_MARK, body)];
  yield ["blank_signed", end(" ")];
  yield ["newline_signed", end("\n\n")];
  yield ["body_quoted", quoted("'", body)];
  yield ["body_quoted", quoted('"', body)];
  const inner = withoutQuotes(trimmed);
  if (inner) yield ["body_quoted_sent", inner];
}

/** Ends that few programs add. */
export function* rareEnds(body: Uint8Array): Generator<Signed> {
  const end = (text: string) => joined(body, utf8(text));
  yield ["newline_signed", joined(utf8("\n"), body)];
  yield ["newline_signed", end(" \n")];
  yield ["newline_signed", end(" \r\n")];
  yield ["blank_signed", joined(utf8(" "), body)];
  yield ["blank_signed", end("\0")];
  for (const newline of ["\n", "\r\n", " \r\n"])
    yield [["body_quoted", "newline_signed"], joined(quoted("'", body), utf8(newline))];
}

const quoted = (mark: string, body: Uint8Array): Uint8Array => joined(utf8(mark), body, utf8(mark));

/** The text between two quotation marks; null if there are none. JSON itself can be a text. */
function withoutQuotes(body: Uint8Array): Uint8Array | null {
  const [first, last] = [body[0], body[body.length - 1]];
  const isQuoted = body.length > 2 && first === last && (first === 0x27 || (first === 0x22 && body[1] === 0x7b));
  return isQuoted ? body.subarray(1, -1) : null;
}

function withoutEnds(body: Uint8Array): Uint8Array {
  let [from, to] = [0, body.length];
  while (from < to && isBlank(body[from])) from++;
  while (to > from && isBlank(body[to - 1])) to--;
  return body.subarray(from, to);
}

const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

export function* otherLineEnds(body: Uint8Array): Generator<Signed> {
  if (!body.includes(0x0a) && !body.includes(0x0d)) return;
  const text = latin1Text(body);
  const bytes = (changed: string) => latin1(changed) as Uint8Array;
  yield ["line_ends", bytes(text.replaceAll("\r\n", "\n"))];
  yield ["line_ends", bytes(text.replace(/\r?\n/g, "\r\n"))];
  yield ["line_ends_unsigned", bytes(text.replace(/[\r\n]/g, ""))];
}

/** Character encodings that change between signing and sending. */
export function* otherEncodings(body: Uint8Array): Generator<Signed> {
  const text = textOf(body);
  if (text === null) return;
  yield ["utf16_signed", utf16(text, true)];
  yield ["utf16_signed", utf16(`\uFEFF${text}`, true)];
  yield ["utf16_signed", utf16(text, false)];
  const spaceless = text.replace(/\s/g, "");
  if (spaceless !== text) yield ["json_blanks_removed", utf8(spaceless)];
  yield* otherCharacters(text, body);
  yield ["body_escaped", utf8(text.replaceAll('"', '\\"'))];
  const html = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  for (const escaped of [
    html.replaceAll('"', "&quot;"),
    html,
    html.replaceAll('"', "&quot;").replaceAll("'", "&#039;"),
  ])
    yield ["body_escaped", utf8(escaped)];
  if (!isWellFormed(text)) return;
  const inUrl = encodeURIComponent(text);
  yield ["body_escaped", utf8(inUrl)];
  yield ["body_escaped", utf8(new URLSearchParams([["", text]]).toString().slice(1))];
}

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

function* otherCharacters(text: string, body: Uint8Array): Generator<Signed> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is all of them
  if (/^[\x00-\x7f]*$/.test(text)) return;
  const single = latin1(text);
  if (single) yield [textOf(single) === null ? "latin1_signed" : "double_utf8_sent", single];
  yield ["latin1_signed", lowBytes(text)];
  const windows = windowsBytes(text);
  if (windows) yield ["latin1_signed", windows];
  yield ["double_utf8_signed", utf8(latin1Text(body))];
  for (const form of ["NFC", "NFD"] as const) {
    const normalised = utf8(text.normalize(form));
    if (!isSame(normalised, body)) yield ["unicode_form", normalised];
  }
  yield ["characters_lost_signed", utf8(text.replace(/[\u0080-\uffff]/g, "?"))];
  yield ["characters_lost_signed", utf8(text.replace(/[\u0080-\uffff]/g, ""))];
}

/** What Node's "binary" and "latin1" make of a text: the low byte of each character. */
const lowBytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff);

/** Characters of European names and amounts, the most common first. */
const LETTERS = "éüäößáíóúñèçàøåæâêôîëïãõžšč€łąćęśćńńżőűřěýůÉÜÄÖÁÍÓÚÑ’–";

/**
 * The body with its one question mark replaced by each likely letter: an ASCII encoder replaces
 * letters with question marks.
 */
export function* lostLetters(body: Uint8Array): Generator<Signed> {
  const text = textOf(body);
  if (text === null || !/[A-Za-z]\?|\?[A-Za-z]/.test(text)) return;
  const [before = "", ...others] = text.split("?");
  const isInUrl = before.split(/["\s]/).at(-1)?.includes("://");
  if (others.length > 1 || isInUrl) return;
  for (const letter of new Set(LETTERS)) yield ["characters_lost_sent", utf8(text.replace("?", letter))];
}
