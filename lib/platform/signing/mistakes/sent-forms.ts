import type { Signed } from "./body-forms";
import { textOf, utf8 } from "./bytes";
import { COMPACT_STYLE, SPACED_STYLE } from "./json/styles";
import { type Json, parseJson } from "./json/tree";
import { writeJson } from "./json/write";
import { windowsText } from "./windows-text";

/**
 * What may have been signed of a body that was changed on its way into the request: sent in
 * another encoding, as JSON once more, escaped, as a field of a form, or without its end. Yields
 * nothing for a body that is a JSON object or array.
 */
export function* beforeSending(body: Uint8Array): Generator<Signed> {
  const text = textOf(body);
  if (text === null) yield ["latin1_sent", utf8(windowsText(body))];
  const wide = text16Of(body);
  if (wide !== null) yield ["utf16_sent", utf8(wide.replace(/^\uFEFF/, ""))];
  if (text === null || wide !== null || /^\s*[[{].*[\]}]\s*$/s.test(text)) return;
  const json = parseJson(text);
  if (json?.type === "string" && isJson(json.value)) yield ["json_twice_sent", utf8(json.value)];
  const ended = withEnd(text);
  if (ended !== null) yield ["body_cut", utf8(ended)];
  const unescaped = unescapedJson(text);
  if (unescaped !== null) yield ["body_escaped_sent", utf8(unescaped)];
  yield* inFields(text);
}

const isJson = (text: string): boolean => /^\s*[[{]/.test(text) && parseJson(text) !== null;

/** The text if these bytes are JSON in UTF-16; else null. */
function text16Of(body: Uint8Array): string | null {
  const littleEndian = body[1] === 0 || body[0] === 0xff;
  if (body.length % 2 === 1 || !(littleEndian || body[0] === 0 || body[0] === 0xfe)) return null;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  let text = "";
  for (let at = 0; at < body.length; at += 2) text += String.fromCharCode(view.getUint16(at, littleEndian));
  return isJson(text.replace(/^\uFEFF/, "")) ? text : null;
}

/** The most characters of a missing end. */
const MAX_END = 8;

/** JSON that was cut within its last characters, with the marks that close it; else null. */
function withEnd(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null;
  let end = "";
  let quoted = false;
  for (const { 0: mark } of text.matchAll(/\\.|["[\]{}]/gs)) {
    if (mark === '"') quoted = !quoted;
    else if (!quoted && (mark === "{" || mark === "[")) end = (mark === "{" ? "}" : "]") + end;
    else if (!quoted && (mark === "}" || mark === "]")) end = end.slice(1);
    if (end.length > MAX_END) return null;
  }
  const whole = `${text}${quoted ? '"' : ""}${end}`;
  return whole !== text && isJson(whole) ? whole : null;
}

/** The JSON of a text with URL escapes; else null. */
function unescapedJson(text: string): string | null {
  if (!/^%[57]B/i.test(text)) return null;
  const unescaped = new URLSearchParams(`a=${text.replaceAll("&", "%26")}`).get("a") ?? "";
  return isJson(unescaped) ? unescaped : null;
}

const MAX_FIELDS = 4;

/** JSON in a field of a form, in the name of one, or in a part of a multipart body. */
function* inFields(text: string): Generator<Signed> {
  const parts = partsOf(text);
  const fields = parts.length > 0 ? parts : text.includes("=") ? [...new URLSearchParams(text)] : [];
  for (const field of fields.slice(0, MAX_FIELDS))
    for (const part of field) if (isJson(part)) yield ["json_in_form", utf8(part)];
  if (parts.length === 0) return;
  const members = parts.map(([name, value]): [string, Json] => [name, { type: "string", value }]);
  for (const style of [COMPACT_STYLE, SPACED_STYLE])
    yield ["signed_json_of_form", utf8(writeJson({ type: "object", members }, style) ?? "")];
}

/** The most characters of a part's headers. */
const MAX_HEAD = 1_024;

/**
 * The names and values of a multipart body (RFC 7578).
 *
 * Attack: a part of empty lines, each of which may end its headers. So the first one does.
 */
function partsOf(text: string): [name: string, value: string][] {
  const [first = ""] = text.split("\r\n", 1);
  if (!/^--[^\s]{1,70}$/.test(first)) return [];
  return text
    .split(first)
    .slice(1, MAX_FIELDS + 1)
    .flatMap((part): [string, string][] => {
      const head = part.slice(0, MAX_HEAD).indexOf("\r\n\r\n");
      const name = /;\s*name="([^"]*)"/.exec(part.slice(0, Math.max(head, 0)))?.[1];
      return name !== undefined && part.endsWith("\r\n") ? [[name, part.slice(head + 4, -2)]] : [];
    });
}
