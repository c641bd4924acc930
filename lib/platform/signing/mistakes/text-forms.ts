import { COMPACT_STYLE } from "./json/styles";
import type { Json } from "./json/tree";
import { writeJson } from "./json/write";
import type { Mistake } from "./words/words";

/** The texts that programs sign if they convert their data to text by other means than JSON. */
export function* otherTextForms(json: Json): Generator<[Mistake, string]> {
  yield ["signed_python_text", python(json)];
  yield ["signed_json_twice", JSON.stringify(compact(json))];
  if (json.type !== "object") return;
  const pairs = json.members.map(([name, value]): [string, string] => [name, plain(value)]);
  const sorted = pairs.toSorted(([one], [other]) => (one < other ? -1 : Number(one > other)));
  const lines = (list: string[][], join: string, between: string) => list.map((pair) => pair.join(join)).join(between);
  for (const list of [pairs, sorted]) {
    yield ["signed_form", new URLSearchParams(list).toString()];
    yield ["signed_form", lines(list, "=", "&")];
    yield ["signed_values", list.map(([, value]) => value).join("")];
  }
  yield ["signed_form", new URLSearchParams(pairs).toString().replaceAll("+", "%20")];
  yield ["signed_printed", `{${lines(pairs, "=", ", ")}}`];
  yield ["signed_printed", `map[${lines(sorted, ":", " ")}]`];
  const quoted = pairs.map((pair) => pair.map((text) => JSON.stringify(text)));
  yield ["signed_printed", `{${lines(quoted, "=>", ", ")}}`];
  yield ["signed_printed", `{${lines(quoted, " => ", ", ")}}`];
}

const compact = (json: Json): string => writeJson(json, COMPACT_STYLE) ?? "";

const plain = (json: Json): string => {
  if (json.type === "string") return json.value;
  return json.type === "word" ? json.text : compact(json);
};

const PYTHON_WORDS: Record<string, string> = { true: "True", false: "False", null: "None" };

function python(json: Json): string {
  if (json.type === "word") return PYTHON_WORDS[json.text] ?? json.text;
  if (json.type === "string") return pythonText(json.value);
  if (json.type === "array") return `[${json.items.map(python).join(", ")}]`;
  return `{${json.members.map(([name, value]) => `${pythonText(name)}: ${python(value)}`).join(", ")}}`;
}

function pythonText(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  return mark + text.replaceAll("\\", "\\\\").replaceAll(mark, `\\${mark}`).replaceAll("\n", "\\n") + mark;
}
