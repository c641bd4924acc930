/**
 * How common programs would write the same JSON: compact (JavaScript, Go), with escapes (PHP), with spaces and escapes (Python), indented.
 * Empty for what is not JSON. Numbers that JavaScript cannot hold are written differently here: a hint may be missed, never made up.
 */
export function writings(body: Uint8Array): string[] {
  const text = Buffer.from(body)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
  if (depthOf(text) > DEEPEST) return [];
  try {
    const value: unknown = JSON.parse(text);
    const compact = JSON.stringify(value);
    const spaced = withSpaces(compact);
    const plain = [compact, spaced, JSON.stringify(value, null, 2), JSON.stringify(value, null, 4), JSON.stringify(value, null, "\t")];
    const escaped = [slashed(compact), slashed(inAscii(compact)), inAscii(compact), inAscii(spaced), forHtml(compact)];
    return [...new Set([...plain, ...escaped])];
  } catch {
    return [];
  }
}

/** Attack: brackets within brackets, which indentation makes a thousand times as long. Brackets in strings count too: then a hint is missed. */
const DEEPEST = 64;

function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place) | 0x20;
    if (code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d) depth--;
  }
  return deepest;
}

const slashed = (json: string): string => json.replaceAll("/", "\\/");

const unit = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

const inAscii = (json: string): string => json.replace(/[\u007f-\uffff]/g, unit);

const forHtml = (json: string): string => json.replace(/[<>&\u2028\u2029]/g, unit);

/** A space after every comma and colon that stands in no string. */
const withSpaces = (compact: string): string =>
  compact.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|[,:]/g, (part) => (part.length === 1 ? `${part} ` : part));
