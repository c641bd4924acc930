import type { Mistake } from "../words/words";
import { type Json, mapped } from "./tree";

/** Changes to JSON other than its layout, before or after it is signed; the likeliest first. */
export function* changesOf(json: Json): Generator<[Mistake, Json]> {
  for (const [mistake, change] of CHANGES) {
    const changed = mapped(json, change);
    if (changed) yield [mistake, changed];
  }
  yield ["json_wrapped", { type: "array", items: [json] }];
  for (const inner of unwrapped(json)) yield ["json_wrapped", inner];
  yield ["json_wrapped", { type: "object", members: [["data", json]] }];
}

type Members = (readonly [string, Json])[];

function ordered(order: (members: Members) => Members) {
  return (value: Json): Json => (value.type === "object" ? { ...value, members: order([...value.members]) } : value);
}

function byName(members: Members): Members {
  return members.sort(([one], [other]) => (one < other ? -1 : Number(one > other)));
}

function asWord(change: (text: string) => string) {
  return (value: Json): Json => (isNumber(value) ? { ...value, text: change(value.text) } : value);
}

function asText(value: Json): Json {
  return isNumber(value) ? { type: "string", value: value.text } : value;
}

function asNumber(value: Json): Json {
  return value.type === "string" && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value.value)
    ? { type: "word", text: value.value }
    : value;
}

function isNumber(value: Json): value is Extract<Json, { type: "word" }> {
  return value.type === "word" && /^-?\d/.test(value.text);
}

const isEmpty = (value: Json) =>
  (value.type === "object" && value.members.length === 0) || (value.type === "array" && value.items.length === 0);

function emptied(empty: Json) {
  return (value: Json): Json => (isEmpty(value) ? empty : value);
}

function unwrapped(json: Json): Json[] {
  if (json.type === "array" && json.items.length === 1) return json.items.slice();
  return json.type === "object" && json.members.length === 1
    ? json.members.map(([, value]) => value).filter(isCompound)
    : [];
}

const isCompound = ({ type }: Json) => type === "object" || type === "array";

const CHANGES: readonly (readonly [Mistake, (value: Json) => Json | null])[] = [
  ["json_order", ordered(byName)],
  ["json_order", ordered((members) => members.reverse())],
  ["json_numbers", asWord((text) => String(Number(text)))],
  ["json_numbers", asText],
  ["json_numbers", asNumber],
  ["json_numbers", asWord((text) => Number(text).toFixed(2))],
  ["json_numbers", asWord((text) => Number(text).toFixed(8))],
  ["json_numbers", asWord((text) => (/^-?\d+$/.test(text) ? `${text}.0` : text))],
  ["json_nulls", (value) => (value.type === "word" && value.text === "null" ? null : value)],
  ["json_nulls", (value) => (value.type === "string" && value.value === "" ? null : value)],
  ["json_empty", emptied({ type: "array", items: [] })],
  ["json_empty", emptied({ type: "object", members: [] })],
];

/** Every order of three or four members: another struct, class or table may have another order. */
export function orders(json: Json): Json[] {
  if (json.type !== "object" || json.members.length < 3 || json.members.length > 4) return [];
  return permutations(json.members).map((members) => ({ type: "object", members }));
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [items.slice()];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/** Optional members of this API's requests, which some serialisers write as null. */
const OPTIONAL = ["tag", "convert_to", "foreign_id", "note", "memo", "description", "callback_url"];

/** The JSON with one more optional member, which is empty. */
export function withNulls(json: Json): Json[] {
  if (json.type !== "object") return [];
  const names = new Set(json.members.map(([name]) => name));
  const nothing: Json[] = [
    { type: "word", text: "null" },
    { type: "string", value: "" },
  ];
  return OPTIONAL.filter((name) => !names.has(name)).flatMap((name) =>
    nothing.map((none) => ({ ...json, members: [...json.members, [name, none] as const] })),
  );
}
