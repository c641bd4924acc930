/** So many people are added at once, at most. */
export const MOST_ADDED = 20;

const EMAIL = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/;

export type Addresses = { emails: string[]; malformed: string[] };

/**
 * The email addresses in what was typed or pasted, each once and in small letters: separated by
 * commas, semicolons, blanks or lines, also as `mailto:` links and as `Name <name@example.com>`.
 * What is none of them is named as it was written. Pure: the dialog reads it too.
 */
export function readAddresses(text: string): Addresses {
  const written = text
    .replace(/[^\s,;<>][^,;<>\n]*<([^<>]*)>/g, " $1 ")
    .split(/[\s,;<>]+/)
    .map(bare)
    .filter((word) => word !== "");
  const isEmail = (word: string) => word.length <= 254 && EMAIL.test(word);
  return {
    emails: [...new Set(written.filter(isEmail).map((word) => word.toLowerCase()))],
    malformed: [...new Set(written.filter((word) => !isEmail(word)))],
  };
}

/** Without what surrounds an address where it was copied: quotes, a link's scheme and query, a full stop. */
const bare = (word: string): string =>
  decoded(
    word
      .replace(/\p{Cf}/gu, "")
      .replace(/^["'(]*(?:mailto:)?/i, "")
      .replace(/(?<=@.*)\?.*$/, ""),
  ).replace(/["').:]+$/, "");

function decoded(word: string): string {
  if (!/%40/.test(word)) return word;
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
