import type { Json } from "./tree";

export type Style = {
  comma: string;
  colon: string;
  /** The indentation of one level. Without it everything is on one line. */
  indent?: string;
  newline?: string;
  /** Writes a text with its quotes. */
  quote: (text: string) => string;
  /** Windows PowerShell indents a member's value from the column of its opening bracket. */
  hanging?: boolean;
  /** Jackson writes arrays on one line, with blanks within all brackets. */
  inlineArrays?: boolean;
};

/** The most characters of layout in one text. */
const MAX_LAYOUT = 256 * 1_024;

/**
 * Writes JSON as a serialiser of this style does; null if the layout is too long.
 *
 * Attack: one long name before ten thousand short lines, each of which is indented by its length.
 */
export function writeJson(json: Json, style: Style): string | null {
  const room = { left: MAX_LAYOUT };
  const text = written(json, style, "", room);
  return room.left < 0 ? null : text;
}

function written(json: Json, style: Style, margin: string, room: { left: number }): string {
  if (room.left < 0) return "";
  if (json.type === "string") return style.quote(json.value);
  if (json.type === "word") return json.text;
  const [open, close] = json.type === "object" ? "{}" : "[]";
  const inner = margin + (style.indent ?? "");
  const parts =
    json.type === "array"
      ? json.items.map((item) => written(item, style, style.inlineArrays ? margin : inner, room))
      : json.members.map(([name, value]) => {
          const start = style.quote(name) + style.colon;
          const hang = style.hanging && isCompound(value) ? " ".repeat(start.length) : "";
          if (hang) room.left -= hang.length;
          return start + written(value, style, inner + hang, room);
        });
  if (parts.length === 0) return style.inlineArrays ? `${open} ${close}` : `${open}${close}`;
  if (style.inlineArrays && json.type === "array") return `[ ${parts.join(", ")} ]`;
  if (style.indent === undefined) return open + parts.join(style.comma) + close;
  const newline = style.newline ?? "\n";
  room.left -= (parts.length + 1) * (inner.length + newline.length);
  if (room.left < 0) return "";
  return `${open}${newline}${inner}${parts.join(`${style.comma}${newline}${inner}`)}${newline}${margin}${close}`;
}

const isCompound = ({ type }: Json) => type === "object" || type === "array";

const unit = (character: string, upper = false): string => {
  const digits = character.charCodeAt(0).toString(16).padStart(4, "0");
  return `\\u${upper ? digits.toUpperCase() : digits}`;
};
const escaping =
  (characters: RegExp, upper = false) =>
  (text: string): string =>
    JSON.stringify(text).replace(characters, (found) => unit(found, upper));

const dotnet = escaping(/[<>&'+`\u007f-\uffff]/g, true);

const ascii = escaping(/[\u007f-\uffff]/g);

export const QUOTES = {
  /** JavaScript, Jackson, Newtonsoft, Ruby, Rust. */
  raw: JSON.stringify,
  /** Python's json.dumps; PHP with JSON_UNESCAPED_SLASHES. */
  ascii,
  /** PHP's json_encode. */
  php: (text: string) => ascii(text).replaceAll("/", "\\/"),
  /** PHP with JSON_UNESCAPED_UNICODE; NSJSONSerialization. */
  slashes: (text: string) => JSON.stringify(text).replaceAll("/", "\\/"),
  /** Go's json.Marshal; Rails. */
  go: escaping(/[<>&\u2028\u2029]/g),
  /** Gson. */
  gson: escaping(/[<>&='\u2028\u2029]/g),
  /** Windows PowerShell 5.1. */
  powershell: escaping(/[<>&'\u2028\u2029]/g),
  /** System.Text.Json, which also writes each quotation mark as a \u escape. */
  dotnet: (text: string) =>
    `"${dotnet(text)
      .slice(1, -1)
      .replace(/\\["\\]/g, (found) => (found === '\\"' ? "\\u0022" : found))}"`,
} satisfies Record<string, (text: string) => string>;
