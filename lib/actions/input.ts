import type { z } from "zod";
import { type Result, refuse } from "../platform/result";

/*
 * Promise: whatever a client sends to an action or a route, the operation receives only plain JSON
 * data of a bounded size, with strings that PostgreSQL can store. Attacks: a NUL or an unpaired
 * surrogate, which PostgreSQL rejects with an error; thousands of nested objects, which overflow
 * the stack of recursive code; values that React's decoder can create beyond JSON (BigInt, Date,
 * Map, Blob, a promise).
 */
const MAX_DEPTH = 16;
const MAX_VALUES = 4_000;

/** Parses an input. A refusal names the invalid field, or `field` if all of it is invalid. */
export function parseInput<T>(schema: z.ZodType<T>, raw: unknown, field = "form"): Result<T> {
  if (!isPlain(raw)) return refuse({ code: "invalid_input", field });
  const parsed = schema.safeParse(raw);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : refuse({ code: "invalid_input", field: String(parsed.error.issues[0]?.path[0] ?? field) });
}

/**
 * Whether a request body is how React encodes an action's arguments when they are plain data: a
 * JSON list of a bounded size. React marks special values with strings that begin with "$". Only
 * the mark for undefined is allowed; "$$" is an escaped dollar sign.
 */
export function isActionBody(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return (
      Array.isArray(body) &&
      isPlain(body, (value) => !value.startsWith("$") || value.startsWith("$$") || value === "$undefined")
    );
  } catch {
    return false;
  }
}

/** Whether a text can be stored and shown: no NUL, no unpaired surrogate. */
export const isStorable = (text: string): boolean => !/[\0\p{Cs}]/u.test(text);

function isPlain(raw: unknown, isText = isStorable): boolean {
  const left = [{ value: raw, depth: 0 }];
  for (let seen = 0; left.length > 0; seen++) {
    const { value, depth } = left.pop() as (typeof left)[number];
    if (seen > MAX_VALUES || depth > MAX_DEPTH) return false;
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
