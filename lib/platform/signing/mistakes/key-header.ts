import { type Headers, pairsOf, valuesOf } from "./headers";
import type { Mistake } from "./words/words";

/** A text that may be an API key, or nearly one, and the mistake in how it was sent. */
export type KeyReading = { text: string; mistake: Mistake | null };

const NAME = "x-processing-key";
const NO_VALUE = /^(undefined|null|none|nil|\{\{.*\}\}|\$\w+|\$\{.*\}|<.*>|(your|my)[ _-].*)$/i;
/** An API key, or one that lacks a character. */
const NEARLY = /^[A-Za-z0-9]{31,32}$/;

/** The texts in a request that may be its API key, the most obvious first. */
export function keyReadings(headers: Headers): KeyReading[] {
  const own = valuesOf(headers, NAME);
  const [first = "", ...others] = own;
  if (own.length === 1 && NEARLY.test(first)) return [{ text: first, mistake: null }];
  if (others.length > 0) return own.map((text) => ({ text, mistake: "key_twice" }));
  if (first !== "") return keysIn(first);
  return pairsOf(headers).flatMap(([name, value]) => {
    if (name === "x-processing-signature") return [];
    const { text } = bare(value);
    if (!NEARLY.test(text)) return [];
    return [{ text, mistake: name === NAME.replaceAll("-", "_") ? "key_underscored" : "key_in_other_header" }];
  });
}

/**
 * The keys in a value of the key header that is more than a key. A proxy joins two headers with a
 * comma.
 */
function keysIn(value: string): KeyReading[] {
  const quoted = bare(value);
  if (quoted.mistake === "key_quoted" && NEARLY.test(quoted.text)) return [quoted];
  const keys = value.match(/(?<![A-Za-z0-9])[A-Za-z0-9]{32}(?![A-Za-z0-9])/g) ?? [];
  if (keys.length === 0) return [quoted].filter(({ text }) => NEARLY.test(text));
  return [...new Set(keys)].map((text) => ({ text, mistake: keys.length > 1 ? "key_twice" : "key_scheme" }));
}

/** The value without quotation marks, or without a scheme before it. */
function bare(value: string): KeyReading {
  const quoted = /^["'“‘]+(.*?)["'”’]+$/.exec(value.trim())?.[1];
  if (quoted !== undefined) return { text: quoted.trim(), mistake: "key_quoted" };
  return {
    text:
      value
        .trim()
        .split(/[\s=:]+/)
        .at(-1) ?? "",
    mistake: "key_scheme",
  };
}

/** The mistake in the key header if its owner is unknown. */
export function keyHeaderMistake(headers: Headers): Mistake | null {
  const own = valuesOf(headers, NAME);
  if (own.length > 1) return "key_twice";
  const [value] = own;
  if (value === undefined) return keyReadings(headers)[0]?.mistake ?? "key_missing";
  if (value.trim() === "") return "key_empty";
  return NO_VALUE.test(value.trim()) ? "key_no_value" : null;
}

/** How a text differs from a key; null if it is no variant of it. */
export function nearlyKey(text: string, key: string): Mistake | "same" | null {
  if (text === key) return "same";
  if (text.length === key.length && text.toLowerCase() === key.toLowerCase()) return "key_case";
  return text.length === key.length - 1 && (key.startsWith(text) || key.endsWith(text)) ? "key_cut" : null;
}
