import type { Json } from "./tree";

type Word = Extract<Json, { type: "word" }>;

export const isNumber = (value: Json): value is Word => value.type === "word" && /^-?\d/.test(value.text);

export const isNumericText = (value: Json): value is Extract<Json, { type: "string" }> =>
  value.type === "string" && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value.value);

/** A change of every number's text. */
export const asWord =
  (change: (text: string) => string) =>
  (value: Json): Json =>
    isNumber(value) ? { ...value, text: change(value.text) } : value;

export const asText = (value: Json): Json => (isNumber(value) ? { type: "string", value: value.text } : value);

export const asNumber = (value: Json): Json => (isNumericText(value) ? { type: "word", text: value.value } : value);

/** A text as a number of another text, as parseFloat leaves it. */
export const asShortNumber = (value: Json): Json =>
  isNumericText(value) ? { type: "word", text: shortest(value.value) } : value;

/** The number in a text written differently: amounts are sent as texts. */
export const inText =
  (change: (text: string) => string) =>
  (value: Json): Json =>
    isNumericText(value) ? { ...value, value: change(value.value) } : value;

/** "10.50" for "10,50", as some places write it, and the other way round. */
export function otherComma(value: Json): Json {
  if (value.type !== "string" || !/^-?\d+[.,]\d{1,8}$/.test(value.value)) return value;
  return { ...value, value: value.value.replace(/[.,]/, (mark) => (mark === "." ? "," : ".")) };
}

/** As JavaScript and Go write a number. */
export const shortest = (text: string): string => String(Number(text));

/** As Python, Ruby and Java write a number that is no integer. */
export const floating = (text: string): string =>
  Number.isInteger(Number(text)) && Math.abs(Number(text)) < 1e16 ? `${Number(text)}.0` : shortest(text);

/** Only a number that has a fraction or an exponent is no integer. */
export const reread = (text: string): string => (/[.eE]/.test(text) ? floating(text) : text);

export const decimals = (places: number) => (text: string) => Number(text).toFixed(places);

const isUnusual = (text: string): boolean => {
  const size = Math.abs(Number(text));
  return (size > 0 && size < 1e-3) || (size >= 1e15 && size < Number.POSITIVE_INFINITY);
};

type Exponential = (mantissa: string, sign: string, digits: string) => string;

const NOTATIONS: readonly Exponential[] = [
  (mantissa, sign, digits) => `${mantissa}e${sign}${digits.padStart(2, "0")}`,
  (mantissa, sign, digits) => `${withPoint(mantissa)}e${sign}${digits}`,
  (mantissa, sign, digits) => `${withPoint(mantissa)}E${sign === "-" ? "-" : ""}${digits}`,
  (mantissa, sign, digits) => `${mantissa}E${sign}${digits.padStart(2, "0")}`,
];

/** Very small and very large numbers in Python, PHP, Java and C#: 1e-05, 1.0e-5, 1.0E-5, 1E-05. */
export const EXPONENTS = NOTATIONS.map((write) => (text: string): string => {
  if (!isUnusual(text)) return text;
  const [, mantissa = "", sign = "", digits = ""] = /^(.*)e([+-])(\d+)$/.exec(Number(text).toExponential()) ?? [];
  return write(mantissa, sign, digits);
});

const withPoint = (mantissa: string): string => (mantissa.includes(".") ? mantissa : `${mantissa}.0`);

/** A small number without its exponent, as decimals and money types write it. */
export function withoutExponent(text: string): string {
  const [, digits = "", exponent = ""] = /^-?\d(?:\.(\d+))?e-(\d+)$/i.exec(text) ?? [];
  return exponent === "" ? text : Number(text).toFixed(Math.min(100, digits.length + Number(exponent)));
}

/** The most members whose numbers are each changed alone. */
const MOST_NAMES = 4;

/**
 * Changes of the numbers of one member: amounts are of another type than ids. Nothing if only one
 * member has such numbers.
 */
export function perMember(json: Json, changes: readonly ((value: Json) => Json)[], is: (value: Json) => boolean) {
  const names = new Set<string>();
  const collect = (value: Json): void => {
    if (value.type === "array") value.items.forEach(collect);
    if (value.type !== "object") return;
    for (const [name, inner] of value.members) {
      if (is(inner)) names.add(name);
      collect(inner);
    }
  };
  collect(json);
  if (names.size < 2) return [];
  return [...names].slice(0, MOST_NAMES).flatMap((only) =>
    changes.map((change) => (value: Json): Json => {
      if (value.type !== "object") return value;
      return { ...value, members: value.members.map(([name, inner]) => [name, name === only ? change(inner) : inner]) };
    }),
  );
}
