import type { Mistake } from "../words/words";
import * as numbers from "./numbers";
import { type Json, mapJson } from "./tree";
import { BOOLEANS, DATES } from "./words-and-dates";

type Change = readonly [Mistake, (value: Json) => Json | null];

/** Changes to JSON other than its layout, before or after it is signed; the likeliest first. */
export function* changesOf(json: Json): Generator<[Mistake, Json]> {
  const amounts = numbers.perMember(
    json,
    [numbers.asWord(numbers.floating), numbers.asWord(numbers.decimals(2))],
    numbers.isNumber,
  );
  const texts = numbers.perMember(json, [numbers.asNumber, numbers.asShortNumber], numbers.isNumericText);
  const some = [...amounts, ...texts].map((change): Change => ["json_numbers", change]);
  for (const [mistake, change] of [...CHANGES, ...some]) {
    const changed = mapJson(json, change);
    if (changed) yield [mistake, changed];
  }
  yield ["json_wrapped", { type: "array", items: [json] }];
  for (const inner of unwrapped(json)) yield ["json_wrapped", inner];
  for (const name of ["data", "body", "params"]) yield ["json_wrapped", { type: "object", members: [[name, json]] }];
}

const IN_TEXTS: readonly Change[] = [
  ["json_numbers", numbers.inText(numbers.shortest)],
  ["json_numbers", numbers.inText(numbers.decimals(2))],
  ["json_numbers", numbers.otherComma],
  ...BOOLEANS.map((change): Change => ["json_booleans", change]),
  ...DATES.map((change): Change => ["json_dates", change]),
];

/** Changes in the texts and words of the data, and variables that were not replaced yet. */
export function* textChangesOf(json: Json): Generator<[Mistake, Json]> {
  for (const [mistake, change] of IN_TEXTS) {
    const changed = mapJson(json, change);
    if (changed) yield [mistake, changed];
  }
  for (const template of templates(json)) yield ["json_template", template];
}

type Members = (readonly [string, Json])[];

function ordered(order: (members: Members) => Members) {
  return (value: Json): Json => (value.type === "object" ? { ...value, members: order([...value.members]) } : value);
}

const byText = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

const byName = (members: Members): Members => members.sort(([one], [other]) => byText(one, other));

/** PostgreSQL's jsonb orders members by the length of their names first. */
const byLength = (members: Members): Members =>
  members.sort(([one], [other]) => one.length - other.length || byText(one, other));

/** JSON.parse and most maps keep the last member of a name. JSON.parse also puts integers first. */
function unique(members: Members): Members {
  return [...new Map(members)];
}

function integersFirst(members: Members): Members {
  const isInteger = ([name]: Members[number]) => /^(0|[1-9]\d{0,8})$/.test(name);
  const integers = members.filter(isInteger).sort(([one], [other]) => Number(one) - Number(other));
  return [...integers, ...members.filter((member) => !isInteger(member))];
}

const renamed =
  (change: (name: string) => string) =>
  (value: Json): Json =>
    value.type === "object"
      ? { ...value, members: value.members.map(([name, inner]) => [change(name), inner] as const) }
      : value;

const pascal = (name: string): string => name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const isEmpty = (value: Json) =>
  (value.type === "object" && value.members.length === 0) || (value.type === "array" && value.items.length === 0);

function emptied(empty: Json) {
  return (value: Json): Json => (isEmpty(value) ? empty : value);
}

/** The most members that are each a variable alone. */
const MOST_VARIABLES = 4;

/** The data before its variables were replaced, if they are named as its members are. */
function templates(json: Json): Json[] {
  if (json.type !== "object" || json.members.length === 0) return [];
  const variable = (name: string) => [name, { type: "string", value: `{{${name}}}` }] as const;
  const alone = json.members.slice(0, json.members.length > 1 ? MOST_VARIABLES : 0).map(
    ([only]): Json => ({
      ...json,
      members: json.members.map((member) => (member[0] === only ? variable(only) : member)),
    }),
  );
  return [...alone, { ...json, members: json.members.map(([name]) => variable(name)) }];
}

function unwrapped(json: Json): Json[] {
  if (json.type === "array" && json.items.length === 1) return json.items.slice();
  return json.type === "object" && json.members.length === 1
    ? json.members.map(([, value]) => value).filter(isCompound)
    : [];
}

const isCompound = ({ type }: Json) => type === "object" || type === "array";

const inNumbers = (change: (text: string) => string): Change => ["json_numbers", numbers.asWord(change)];

const CHANGES: readonly Change[] = [
  inNumbers(numbers.shortest),
  inNumbers(numbers.reread),
  ["json_numbers", numbers.asText],
  ["json_numbers", numbers.asNumber],
  inNumbers(numbers.floating),
  inNumbers(numbers.decimals(2)),
  inNumbers(numbers.decimals(8)),
  ["json_numbers", numbers.asShortNumber],
  ["json_numbers", (value) => numbers.asText(numbers.asWord(numbers.decimals(2))(value))],
  inNumbers(numbers.withoutExponent),
  ...numbers.EXPONENTS.map(inNumbers),
  ["json_nulls", (value) => (value.type === "word" && value.text === "null" ? null : value)],
  ["json_nulls", (value) => (value.type === "string" && value.value === "" ? null : value)],
  ["json_empty", emptied({ type: "array", items: [] })],
  ["json_empty", emptied({ type: "object", members: [] })],
  ["json_repeated", ordered(unique)],
  ["json_order", ordered(integersFirst)],
  ["json_names", renamed(pascal)],
  ["json_names", renamed(camel)],
];

export const sorted = (json: Json): Json => mapJson(json, ordered(byName)) ?? json;
export const reversed = (json: Json): Json =>
  mapJson(
    json,
    ordered((members) => members.reverse()),
  ) ?? json;
export const sortedByLength = (json: Json): Json => mapJson(json, ordered(byLength)) ?? json;

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
