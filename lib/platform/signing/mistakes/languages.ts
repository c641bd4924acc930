import { utf8 } from "./bytes";
import type { Json } from "./json/tree";

/** How a language converts data to text, other than to JSON. */
export type Printer = {
  object: readonly [open: string, between: string, close: string];
  array: readonly [open: string, between: string, close: string];
  member: (name: string, value: string) => string;
  text: (text: string) => string;
  word?: (word: string) => string;
  sorted?: boolean;
};

export function print(json: Json, printer: Printer): string {
  if (json.type === "string") return printer.text(json.value);
  if (json.type === "word") return printer.word?.(json.text) ?? json.text;
  const [open, between, close] = json.type === "object" ? printer.object : printer.array;
  if (json.type === "array") return open + json.items.map((item) => print(item, printer)).join(between) + close;
  const members = printer.sorted ? json.members.toSorted(([one], [other]) => (one < other ? -1 : 1)) : json.members;
  return open + members.map(([name, value]) => printer.member(name, print(value, printer))).join(between) + close;
}

const as = (words: Record<string, string>) => (word: string) => words[word] ?? word;
const nil = as({ null: "nil" });
const same = (text: string): string => text;
const BRACES = ["{", ", ", "}"] as const;
const BRACKETS = ["[", ", ", "]"] as const;
const LIST = { object: BRACES, array: BRACKETS };

function pythonText(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  return mark + text.replaceAll("\\", "\\\\").replaceAll(mark, `\\${mark}`).replaceAll("\n", "\\n") + mark;
}

export const PYTHON: Printer = {
  ...LIST,
  member: (name, value) => `${pythonText(name)}: ${value}`,
  text: pythonText,
  word: as({ true: "True", false: "False", null: "None" }),
};

const ruby = (member: Printer["member"]): Printer => ({ ...LIST, member, text: JSON.stringify, word: nil });

/** Before Ruby 3.4 and since, with names that are strings or symbols. */
export const RUBY: readonly Printer[] = [
  ruby((name, value) => `${JSON.stringify(name)}=>${value}`),
  ruby((name, value) => `${JSON.stringify(name)} => ${value}`),
  ruby((name, value) => `:${name}=>${value}`),
  ruby((name, value) => `${name}: ${value}`),
];

/** A Map of Java or Kotlin. */
export const JAVA: Printer = { ...LIST, member: (name, value) => `${name}=${value}`, text: same };

const SPACED = { object: ["{", " ", "}"], array: ["[", " ", "]"], text: same, word: as({ null: "<nil>" }) } as const;

/** A map as Go's fmt prints it, and a struct. */
export const GO: readonly Printer[] = [
  { ...SPACED, object: ["map[", " ", "]"], member: (name, value) => `${name}:${value}`, sorted: true },
  { ...SPACED, member: (_, value) => value },
];

/** An anonymous type of C#, without lists in it. */
export const CSHARP: Printer = {
  ...LIST,
  object: ["{ ", ", ", " }"],
  member: (name, value) => `${name} = ${value}`,
  text: same,
  word: as({ true: "True", false: "False", null: "" }),
};

export const POWERSHELL: Printer = {
  ...LIST,
  object: ["@{", "; ", "}"],
  array: ["", " ", ""],
  member: (name, value) => `${name}=${value}`,
  text: same,
  word: as({ true: "True", false: "False", null: "" }),
};

export const SWIFT: Printer = {
  ...LIST,
  object: BRACKETS,
  member: (name, value) => `${JSON.stringify(name)}: ${value}`,
  text: JSON.stringify,
};

export const DART: Printer = { ...LIST, member: (name, value) => `${name}: ${value}`, text: same };

/** What Node's util.inspect prints of data that fits on a line. */
export const NODE: Printer = {
  object: ["{ ", ", ", " }"],
  array: ["[ ", ", ", " ]"],
  member: (name, value) => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : pythonText(name)}: ${value}`,
  text: pythonText,
};

export const ELIXIR: Printer = {
  object: ["%{", ", ", "}"],
  array: BRACKETS,
  member: (name, value) => `${JSON.stringify(name)} => ${value}`,
  text: JSON.stringify,
  word: nil,
  sorted: true,
};

export const SCALA: Printer = {
  object: ["Map(", ", ", ")"],
  array: ["List(", ", ", ")"],
  member: (name, value) => `${name} -> ${value}`,
  text: same,
};

export const GROOVY: Printer = {
  object: BRACKETS,
  array: BRACKETS,
  member: (name, value) => `${name}:${value}`,
  text: same,
};

const bytesOf = (text: string): string => `s:${utf8(text).length}:"${text}";`;

/** What PHP's serialize() writes. */
export function serialized(json: Json): string {
  if (json.type === "string") return bytesOf(json.value);
  if (json.type === "word") {
    if (json.text === "null") return "N;";
    if (json.text === "true" || json.text === "false") return `b:${Number(json.text === "true")};`;
    return `${/^-?\d+$/.test(json.text) ? "i" : "d"}:${json.text};`;
  }
  const members =
    json.type === "object"
      ? json.members.map(([name, value]) => bytesOf(name) + serialized(value))
      : json.items.map((item, at) => `i:${at};${serialized(item)}`);
  return `a:${members.length}:{${members.join("")}}`;
}
