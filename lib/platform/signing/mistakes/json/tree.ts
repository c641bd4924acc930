/** JSON with its numbers as written and its members in order. JSON.parse loses both. */
export type Json =
  | { type: "object"; members: readonly (readonly [name: string, value: Json])[] }
  | { type: "array"; items: readonly Json[] }
  | { type: "string"; value: string }
  /** A number, true, false or null. */
  | { type: "word"; text: string };

/**
 * Attack: deeply nested brackets, which indentation makes a thousand times as long and which
 * overflow the stack of a recursion.
 */
const DEEPEST = 64;

const TOKEN = /[\t\n\r ]*("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:])/y;

/** Null if it is not JSON or is nested too deeply. */
export function parseJson(text: string): Json | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let at = 0;
  const next = (): string => {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[1] ?? "";
    at = TOKEN.lastIndex;
    return token;
  };
  const read = (token: string, depth: number): Json | null => {
    if (depth > DEEPEST) return null;
    if (token === "{") return readObject(depth);
    if (token === "[") return readArray(depth);
    return token.startsWith('"')
      ? { type: "string", value: JSON.parse(token) as string }
      : { type: "word", text: token };
  };
  const readObject = (depth: number): Json | null => {
    const members: [string, Json][] = [];
    for (let token = next(); token !== "}"; token = next()) {
      const name = token === "," ? next() : token;
      next();
      const value = read(next(), depth + 1);
      if (!value) return null;
      members.push([JSON.parse(name) as string, value]);
    }
    return { type: "object", members };
  };
  const readArray = (depth: number): Json | null => {
    const items: Json[] = [];
    for (let token = next(); token !== "]"; token = next()) {
      const item = read(token === "," ? next() : token, depth + 1);
      if (!item) return null;
      items.push(item);
    }
    return { type: "array", items };
  };
  return read(next(), 1);
}

/**
 * The same JSON with each value replaced, the innermost first. A value replaced by null is
 * removed.
 */
export function mapJson(json: Json, change: (value: Json) => Json | null): Json | null {
  if (json.type === "array")
    return change({ type: "array", items: json.items.flatMap((item) => mapJson(item, change) ?? []) });
  if (json.type !== "object") return change(json);
  const members = json.members.flatMap(([name, value]) => {
    const other = mapJson(value, change);
    return other ? [[name, other] as const] : [];
  });
  return change({ type: "object", members });
}
