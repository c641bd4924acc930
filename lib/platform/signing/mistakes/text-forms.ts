import { COMPACT_STYLE } from "./json/styles";
import type { Json } from "./json/tree";
import { writeJson } from "./json/write";
import {
  CSHARP,
  DART,
  ELIXIR,
  GO,
  GROOVY,
  JAVA,
  NODE,
  POWERSHELL,
  PYTHON,
  print,
  RUBY,
  SCALA,
  SWIFT,
  serialized,
} from "./languages";
import type { Mistake } from "./words/words";

/** The texts that programs sign if they convert their data to text by other means than JSON. */
export function* printed(json: Json): Generator<[Mistake, string]> {
  yield ["signed_python_text", print(json, PYTHON)];
  yield ["signed_json_twice", JSON.stringify(compact(json))];
  if (json.type !== "object") return;
  const pairs = json.members.map(([name, value]): Pair => [name, plain(value)]);
  const flat = flattened(json);
  for (const list of [pairs, inOrder(pairs)]) {
    yield ["signed_form", encoded(list)];
    yield ["signed_form", lines(list, "=", "&")];
    yield ["signed_values", list.map(([, value]) => value).join("")];
  }
  for (const printer of RUBY.slice(0, 2)) yield ["signed_ruby_text", print(json, printer)];
  yield ["signed_java_text", print(json, JAVA)];
  for (const printer of GO) yield ["signed_go_text", print(json, printer)];
  if (flat) for (const list of [flat, inOrder(flat)]) yield ["signed_form", encoded(list)];
  yield ["signed_form", encoded(pairs).replaceAll("+", "%20")];
  yield ["signed_dotnet_text", print(json, CSHARP)];
  yield ["signed_dotnet_text", print(json, POWERSHELL)];
}

/** What Postman's object of a request's body is written as. */
export const postmanText = (text: string): string =>
  JSON.stringify({ mode: "raw", raw: text, options: { raw: { language: "json" } } });

/** The most values that are each tried alone. */
const MOST_ALONE = 4;

/** Less likely texts, and lists of values, which other APIs sign with a character between them. */
export function* printedRarely(json: Json): Generator<[Mistake, string]> {
  if (json.type !== "object") return;
  const pairs = json.members.map(([name, value]): Pair => [name, plain(value)]);
  for (const list of [pairs, inOrder(pairs)])
    for (const between of [":", "|", ",", "\n"]) yield ["signed_values", list.map(([, value]) => value).join(between)];
  for (const [, value] of pairs.slice(0, MOST_ALONE)) yield ["signed_values", value];
  for (const printer of RUBY.slice(2)) yield ["signed_ruby_text", print(json, printer)];
  yield ["signed_php_text", serialized(json)];
  for (const printer of [SWIFT, DART, NODE, ELIXIR, SCALA, GROOVY]) yield ["signed_printed", print(json, printer)];
}

type Pair = readonly [name: string, value: string];

const inOrder = (pairs: readonly Pair[]): Pair[] =>
  pairs.toSorted(([one], [other]) => (one < other ? -1 : Number(one > other)));

const encoded = (list: readonly Pair[]): string => new URLSearchParams(list.map(([...pair]) => pair)).toString();

const lines = (list: readonly Pair[], join: string, between: string): string =>
  list.map((pair) => pair.join(join)).join(between);

/** The most characters of names in one text. */
const MAX_NAMES = 256 * 1_024;

/**
 * Nested members as PHP's http_build_query and qs name them: items[0][id]. Null if the names are
 * too long.
 *
 * Attack: one long name before ten thousand values, each of which is written after it.
 */
function flattened(json: Json): Pair[] | null {
  let room = MAX_NAMES;
  const pairsIn = (value: Json, path: string): Pair[] => {
    room -= path.length;
    if (room < 0) return [];
    if (value.type === "string" || value.type === "word") return [[path, plain(value)]];
    const members =
      value.type === "object" ? value.members : value.items.map((item, at) => [String(at), item] as const);
    return members.flatMap(([name, inner]) => pairsIn(inner, path ? `${path}[${name}]` : name));
  };
  const pairs = pairsIn(json, "");
  return room < 0 ? null : pairs;
}

const compact = (json: Json): string => writeJson(json, COMPACT_STYLE) ?? "";

const plain = (json: Json): string => {
  if (json.type === "string") return json.value;
  return json.type === "word" ? json.text : compact(json);
};
