/**
 * What the words in the search field are.
 *
 * Promise: what may be a secret key is named so, before anything is done with it; the browser asks here first and then sends nothing, the
 * server asks again and then neither searches nor logs.
 * Attack: a merchant who sends a secret to Support, and a member of staff who pastes it into the first field there is, from where it would
 * travel into addresses, histories and logs. So a secret is looked for in the whole paste, also broken into lines or groups, and a run too
 * long for an API key counts as a part of one. The search itself is a POST: nothing that is searched for stands in an address, because half
 * a secret looks exactly like an API key.
 */
export type Query =
  | { kind: "empty" }
  | { kind: "secret" }
  | { kind: "long" }
  | { kind: "key"; key: string }
  | { kind: "words"; words: string; number: number | null };

const KEY = /^[A-Za-z0-9]{32}$/;
const KEY_IN_GROUPS = /^(?:[A-Za-z0-9]{4}\s?){8}$/;
const LONGEST = 100;
const LARGEST_NUMBER = 2_147_483_647;

export function readQuery(text: string): Query {
  if (mayHoldSecret(text)) return { kind: "secret" };
  const words = text.normalize("NFC").trim().replace(/\s+/g, " ");
  if (words === "") return { kind: "empty" };
  const joined = words.replaceAll(" ", "");
  if (KEY.test(words) || KEY_IN_GROUPS.test(words)) return { kind: "key", key: joined };
  if (words.length > LONGEST) return { kind: "long" };
  return { kind: "words", words: words.toLowerCase(), number: numberIn(words) };
}

/**
 * 64 characters of a secret's alphabet, whatever stands around or between them, or more in one run than an API key has: unless that run is
 * a long word. Of 33 random characters, one in 10^12 looks like a word.
 */
export function mayHoldSecret(text: string): boolean {
  const runs = text.match(/[A-Za-z0-9]{33,}/g) ?? [];
  return runs.some((run) => !WORD.test(run)) || /[A-Za-z0-9]{64}/.test(text.replace(/[^A-Za-z0-9@.]/g, ""));
}

const WORD = /^[A-Za-z][a-z]{32,62}$/;

function numberIn(words: string): number | null {
  const number = /^[0-9]{1,10}$/.test(words) ? Number(words) : Number.NaN;
  return number <= LARGEST_NUMBER ? number : null;
}
