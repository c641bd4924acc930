import type { Json } from "./tree";

type Change = (value: Json) => Json;

const isBoolean = (value: Json) => value.type === "word" && (value.text === "true" || value.text === "false");

function inBooleans(change: (text: string) => Json): Change {
  return (value) => (value.type === "word" && isBoolean(value) ? change(value.text) : value);
}

const capital = (word: string): string => (word === "true" ? "True" : "False");

/** true and false as other languages and forms write them. */
export const BOOLEANS: readonly Change[] = [
  inBooleans((word) => ({ type: "word", text: word === "true" ? "1" : "0" })),
  inBooleans((word) => ({ type: "string", value: word })),
  inBooleans((word) => ({ type: "word", text: capital(word) })),
  inBooleans((word) => ({ type: "string", value: capital(word) })),
];

const DATE = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|\+00:00)$/;

function inDates(write: (date: string, time: string, fraction: string, zone: string) => string): Change {
  return (value) => {
    const [, date, time, fraction = "", zone = ""] = (value.type === "string" && DATE.exec(value.value)) || [];
    return date && time ? { type: "string", value: write(date, time, fraction, zone) } : value;
  };
}

/** Times in UTC as other libraries write them. */
export const DATES: readonly Change[] = [
  inDates((date, time, _, zone) => `${date}T${time}${zone}`),
  inDates((date, time, fraction, zone) => `${date}T${time}${fraction || ".000"}${zone}`),
  inDates((date, time, fraction, zone) => `${date}T${time}${fraction}${zone === "Z" ? "+00:00" : "Z"}`),
  inDates((date, time) => `${date}T${time}+00:00`),
  inDates((date, time) => `${date} ${time}`),
];
