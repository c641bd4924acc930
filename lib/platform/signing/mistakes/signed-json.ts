import type { Signed } from "./body-forms";
import { textOf, utf8 } from "./bytes";
import { changesOf, orders, withNulls } from "./json/changes";
import { PLAIN_STYLES, STYLES } from "./json/styles";
import { type Json, parseJson } from "./json/tree";
import { writeJson } from "./json/write";
import { otherTextForms } from "./text-forms";
import type { Mistake } from "./words/words";

/** The same JSON as common programs write it. Yields nothing if the body is not JSON. */
export function* jsonForms(body: Uint8Array): Generator<Signed> {
  const text = jsonText(body);
  const json = parseJson(text);
  if (!json) return;
  for (const [mistake, style] of STYLES) {
    const written = writeJson(json, style);
    if (written === null) continue;
    const stripped = written !== text && written.replace(/[\r\n]/g, "") === text;
    const name: Mistake = stripped ? "line_ends_stripped" : mistake;
    yield [name, utf8(written)];
    if (stripped) yield [name, utf8(`${written}\n`)];
  }
}

/** How many styles are also tried with a line break at the end, which jq and heredocs add. */
const ENDED_STYLES = 5;

/** The same data with other members, numbers or orders, or not as JSON at all. */
export function* writtenOtherwise(body: Uint8Array): Generator<Signed> {
  const json = parseJson(jsonText(body));
  if (!json) return;
  for (const [mistake, text] of otherTextForms(json)) yield [mistake, utf8(text)];
  for (const [mistake, changed] of changesOf(json)) yield* plainly(mistake, changed);
  for (const [mistake, style] of STYLES.slice(0, ENDED_STYLES)) {
    const text = writeJson(json, style);
    if (text !== null) yield [[mistake, "newline_signed"], utf8(`${text}\n`)];
  }
  for (const ordered of orders(json)) yield* plainly("json_order", ordered);
  for (const filled of withNulls(json)) yield* plainly("json_nulls", filled, PLAIN_STYLES.slice(0, 1));
}

function* plainly(mistake: Mistake, json: Json, styles = PLAIN_STYLES): Generator<Signed> {
  for (const style of styles) {
    const text = writeJson(json, style);
    if (text !== null) yield [mistake, utf8(text)];
  }
}

const jsonText = (body: Uint8Array): string => (textOf(body) ?? "").replace(/^\uFEFF/, "");

/**
 * A form, or the query of a request without a body, as the JSON that a client may have signed
 * instead.
 */
export function* jsonOfForm(body: Uint8Array, target = ""): Generator<Signed> {
  const text = body.length > 0 ? (textOf(body) ?? "") : (target.split("?")[1] ?? "");
  if (!/^[^={}\s]+=/.test(text)) return;
  const pairs = [...new URLSearchParams(text)].map(([name, value]): [string, Json] => [
    name,
    { type: "string", value },
  ]);
  const json: Json = { type: "object", members: pairs };
  yield* plainly("signed_json_of_form", json);
  for (const [mistake, changed] of changesOf(json))
    if (mistake === "json_numbers") yield* plainly("signed_json_of_form", changed);
}
