import { mayHoldSecret } from "../api-keys/may-hold-secret";

/**
 * Recognizes what was entered into the search field.
 *
 * Promise: text that may hold a secret is recognized before it is used. The browser checks first
 * and then sends nothing; the server checks again and then neither searches nor logs.
 * Attack: a merchant sends a secret to Support, and a member of staff pastes it into the search,
 * from where it would spread to URLs, histories and logs. So the whole paste is checked for a
 * secret, also one broken into lines or groups, and a run that is too long for an API key counts
 * as a part of a secret. The search is a POST, so that no URL holds what was entered: half a
 * secret looks exactly like an API key.
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

function numberIn(words: string): number | null {
  const number = /^[0-9]{1,10}$/.test(words) ? Number(words) : Number.NaN;
  return number <= LARGEST_NUMBER ? number : null;
}
