/** So many people are added at once, at most. */
export const MOST_ADDED = 20;

const EMAIL = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/;
/** A link with its query, a quoted name, what is in angle brackets, a word, or a separator. */
const TOKENS = /mailto:[^\s,;<>"?]*(?:\?(?:(?![,;]mailto:)[^\s<>"])*)?|"[^"\n]*"|<[^<>\n]*>|[^\s,;<>"]+|[,;\n]/gi;

export type Addresses = { emails: string[]; malformed: string[] };

/**
 * The email addresses in what was typed or pasted, each once and in small letters: separated by
 * commas, semicolons, blanks or lines, also as `mailto:` links and as `Name <name@example.com>`.
 * What is none of them is named as it was written. Pure: the dialog reads it too.
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

/** What stands between two separators. */
function entriesOf(text: string): string[][] {
  const entries: string[][] = [[]];
  for (const [token] of text.matchAll(TOKENS)) {
    if (/^[,;\n]$/.test(token)) entries.push([]);
    else entries.at(-1)?.push(token);
  }
  return entries;
}

/** Beside an address in angle brackets, words without an @ are somebody's name. */
function wordsOf(tokens: string[]): string[] {
  const isNamed = tokens.some((token) => token.startsWith("<"));
  return tokens.filter((token) => !isNamed || token.includes("@")).flatMap((token) => token.split(/["<>\s]+/));
}

/** Without what surrounds an address where it was copied: a link's scheme and query, brackets, a full stop. */
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
