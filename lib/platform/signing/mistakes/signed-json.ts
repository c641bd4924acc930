import type { Signed } from "./body-forms";
import { textOf, utf8 } from "./bytes";
import { changesOf, orders, reversed, sorted, sortedByLength, textChangesOf, withNulls } from "./json/changes";
import { COMPACT_STYLE, ORDERED_SLASHES, ORDERED_STYLES, SPACED_STYLE, STYLES, TOOL_STYLES } from "./json/styles";
import { type Json, parseJson } from "./json/tree";
import { type Style, writeJson } from "./json/write";
import { PAUSE, type Pause } from "./task";
import { postmanText, printed, printedRarely } from "./text-forms";
import type { Mistake } from "./words/words";

/** How many styles are tried before anything that includes other data. */
const COMMON_STYLES = 20;

/** The same JSON as common programs write it. Yields nothing if the body is not JSON. */
export function* commonSerializations(
  body: Uint8Array,
  styles: typeof STYLES = STYLES.slice(0, COMMON_STYLES),
): Generator<Signed | Pause> {
  const text = jsonText(body);
  const json = parseJson(text);
  if (!json) return;
  for (const [mistake, style] of styles) {
    const written = writeJson(json, style);
    if (written === null) {
      yield PAUSE;
      continue;
    }
    const stripped = written !== text && written.replace(/[\r\n]/g, "") === text;
    const name: Mistake = stripped ? "line_ends_stripped" : mistake;
    yield [name, utf8(written)];
    if (stripped) yield [name, utf8(`${written}\n`)];
  }
}

/** How many styles are also tried with a line break at the end, which jq and heredocs add. */
const ENDED_STYLES = 6;

/**
 * The same data with its members in order, with other members or numbers, or not as JSON at all.
 */
export function* otherSerializations(body: Uint8Array): Generator<Signed | Pause> {
  const text = jsonText(body);
  const json = parseJson(text);
  if (!json) return;
  const inOrder = sorted(json);
  for (const [mistakes, style] of ORDERED_STYLES) yield* inStyle(mistakes, inOrder, style);
  yield* inStyle("json_order", reversed(json), COMPACT_STYLE);
  for (const [mistake, text] of printed(json)) yield [mistake, utf8(text)];
  const own = yield* styleOf(json, text);
  for (const [mistake, changed] of changesOf(json)) yield* inStyle(mistake, changed, own);
  for (const [mistake, style] of STYLES.slice(0, ENDED_STYLES)) {
    const text = writeJson(json, style);
    if (text !== null) yield [[mistake, "newline_signed"], utf8(`${text}\n`)];
  }
  yield* inStyle("json_database", sortedByLength(json), SPACED_STYLE);
}

/** The same data as single tools and programs write it, with other texts in it. */
export function* writtenByTools(body: Uint8Array): Generator<Signed | Pause> {
  const text = jsonText(body);
  const json = parseJson(text);
  if (!json) return;
  yield ["signed_twice", utf8(text + text)];
  yield ["signed_request_object", utf8(postmanText(text))];
  yield* commonSerializations(body, TOOL_STYLES);
  yield* inStyle(["json_order", "json_php"], sorted(json), ORDERED_SLASHES);
  const own = yield* styleOf(json, text);
  for (const [mistake, changed] of textChangesOf(json)) yield* inStyle(mistake, changed, own);
}

function* styleOf(json: Json, text: string): Generator<Pause, Style> {
  for (const [, style] of STYLES) {
    if (writeJson(json, style) === text) return style;
    yield PAUSE;
  }
  return COMPACT_STYLE;
}

/** The same members in every order if they are few, or with one more that is empty. */
export function* inOtherOrders(body: Uint8Array): Generator<Signed | Pause> {
  const json = parseJson(jsonText(body));
  if (!json) return;
  for (const ordered of orders(json)) yield* inStyle("json_order", ordered, COMPACT_STYLE);
  for (const filled of withNulls(json)) yield* inStyle("json_nulls", filled, COMPACT_STYLE);
}

/** What is left of the same data: less likely, or many. */
export function* rareSerializations(body: Uint8Array): Generator<Signed | Pause> {
  const json = parseJson(jsonText(body));
  if (!json) return;
  yield* commonSerializations(body, STYLES.slice(COMMON_STYLES));
  yield* inStyle("json_order", reversed(json), SPACED_STYLE);
  for (const [mistake, changed] of changesOf(json))
    for (const style of [COMPACT_STYLE, SPACED_STYLE]) yield* inStyle(mistake, changed, style);
  for (const [mistake, text] of printedRarely(json)) yield [mistake, utf8(text)];
  for (const ordered of orders(json)) yield* inStyle("json_order", ordered, SPACED_STYLE);
}

function* inStyle(mistake: Signed[0], json: Json, style: Style): Generator<Signed | Pause> {
  const text = writeJson(json, style);
  yield text === null ? PAUSE : [mistake, utf8(text)];
}

const jsonText = (body: Uint8Array): string => (textOf(body) ?? "").replace(/^\uFEFF/, "");

/**
 * A form, or the query of a request without a body, as the JSON that a client may have signed
 * instead.
 */
export function* jsonOfForm(body: Uint8Array, target = ""): Generator<Signed | Pause> {
  const text = body.length > 0 ? (textOf(body) ?? "") : (target.split("?")[1] ?? "");
  if (!/^[^={}\s]+=/.test(text)) return;
  const pairs = [...new URLSearchParams(text)].map(([name, value]): [string, Json] => [
    name,
    { type: "string", value },
  ]);
  const json: Json = { type: "object", members: pairs };
  for (const style of FORM_STYLES) yield* inStyle("signed_json_of_form", json, style);
  for (const [mistake, changed] of changesOf(json)) {
    if (mistake !== "json_numbers") yield PAUSE;
    else for (const style of FORM_STYLES) yield* inStyle("signed_json_of_form", changed, style);
  }
}

const FORM_STYLES = [COMPACT_STYLE, SPACED_STYLE];
