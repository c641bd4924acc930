import type { z } from "zod";
import { type Result, refuse } from "../platform/result";

/*
 * Promise: whatever is sent to an action or a route, an operation meets only plain data of a bounded size: JSON, whose texts PostgreSQL can store.
 * Attacks: a NUL or half of a pair of surrogates, which the database refuses with an error; thousands of objects within one another, which end
 * whoever walks through them; what React's decoder makes beside JSON (BigInt, Date, Map, Blob, a promise).
 */
const MOST_DEPTH = 16;
const MOST_VALUES = 4_000;

/** Reads what was sent by a schema. `field` is what a refusal names where it is none of the schema's. */
export function parseInput<T>(schema: z.ZodType<T>, raw: unknown, field = "form"): Result<T> {
  if (!isPlain(raw)) return refuse({ code: "invalid_input", field });
  const parsed = schema.safeParse(raw);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : refuse({ code: "invalid_input", field: String(parsed.error.issues[0]?.path[0] ?? field) });
}

/**
 * Whether a text is what React makes of an action's arguments where these are plain data: a JSON list
 * of a bounded size, in which a text that begins with "$" says more than itself only for undefined.
 */
export function isActionBody(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return Array.isArray(body) && isPlain(body, (value) => !value.startsWith("$") || value.startsWith("$$") || value === "$undefined");
  } catch {
    return false;
  }
}

/** Whether a text can be stored and shown: no NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !/[\0\p{Cs}]/u.test(text);

function isPlain(raw: unknown, isText = isStorable): boolean {
  const left = [{ value: raw, depth: 0 }];
  for (let seen = 0; left.length > 0; seen++) {
    const { value, depth } = left.pop() as (typeof left)[number];
    if (seen > MOST_VALUES || depth > MOST_DEPTH) return false;
    if (typeof value === "object" && value !== null) {
      if (!isRecordOrArray(value) || !Object.keys(value).every(isStorable)) return false;
      for (const inner of Object.values(value)) left.push({ value: inner, depth: depth + 1 });
    } else if (!isScalar(value, isText)) return false;
  }
  return true;
}

function isRecordOrArray(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

function isScalar(value: unknown, isText: (text: string) => boolean): boolean {
  if (typeof value === "string") return isText(value);
  return value === null || value === undefined || typeof value === "boolean" || Number.isFinite(value);
}
