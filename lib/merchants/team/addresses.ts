/** The maximum number of people to add at once. */
export const MAX_ADDED = 20;

const EMAIL = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/;
/** A mailto link with its query, a quoted name, text in angle brackets, a word, or a separator. */
const TOKENS = /mailto:[^\s,;<>"?]*(?:\?(?:(?![,;]mailto:)[^\s<>"])*)?|"[^"\n]*"|<[^<>\n]*>|[^\s,;<>"]+|[,;\n]/gi;

export type Addresses = { emails: string[]; malformed: string[] };

/**
 * Reads email addresses from typed or pasted text: separated by commas, semicolons, blanks or
 * line breaks, also as `mailto:` links and as `Name <name@example.com>`. Each is returned once,
 * in lower case. `malformed` lists the other words as they were written. Pure: the dialog uses it
 * too.
 */
export function readAddresses(text: string): Addresses {
  const written = entriesOf(text)
    .flatMap(wordsOf)
    .map(bare)
    .filter((word) => word !== "");
  const isEmail = (word: string) => word.length <= 254 && EMAIL.test(word);
  return {
    emails: [...new Set(written.filter(isEmail).map((word) => word.toLowerCase()))],
    malformed: [...new Set(written.filter((word) => !isEmail(word)))],
  };
}

/** Splits the text at its separators. */
function entriesOf(text: string): string[][] {
  const entries: string[][] = [[]];
  for (const [token] of text.matchAll(TOKENS)) {
    if (/^[,;\n]$/.test(token)) entries.push([]);
    else entries.at(-1)?.push(token);
  }
  return entries;
}

/** In an entry with angle brackets, words without an @ are a person's name and are dropped. */
function wordsOf(tokens: string[]): string[] {
  const isNamed = tokens.some((token) => token.startsWith("<"));
  return tokens.filter((token) => !isNamed || token.includes("@")).flatMap((token) => token.split(/["<>\s]+/));
}

/** Strips what surrounds a copied address: a link's scheme and query, brackets, a full stop. */
const bare = (word: string): string =>
  decoded(
    word
      .replace(/\p{Cf}/gu, "")
      .replace(/^['(]*(?:mailto:)?/i, "")
      .replace(/\?.*$/, ""),
  ).replace(/['").:]+$/, "");

function decoded(word: string): string {
  if (!/%40/.test(word)) return word;
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
