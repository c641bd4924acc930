import { BODY_WORDS } from "./body";
import { DATA_WORDS } from "./data";
import { REQUEST_WORDS } from "./request";
import { SECRET_WORDS } from "./secret";
import { SIGNATURE_WORDS } from "./signature";

/** Each mistake and its remedy, in whole sentences. */
export const WORDS = {
  ...SIGNATURE_WORDS,
  ...SECRET_WORDS,
  ...DATA_WORDS,
  ...BODY_WORDS,
  ...REQUEST_WORDS,
} as const satisfies Record<string, readonly [what: string, remedy: string]>;

type Named = keyof typeof WORDS;

/** The probable mistake in how a request was made. A signature's length is told with its number. */
export type Mistake = Named | `signature_length:${number}`;

export const isMistake = (name: string): name is Mistake =>
  Object.hasOwn(WORDS, name) || /^signature_length:\d{1,5}$/.test(name);

export function wordsOf(mistake: Mistake): readonly [what: string, remedy: string] {
  const [name, length] = mistake.split(":") as [Named, string?];
  const [what, remedy] = WORDS[name];
  if (length === undefined) return [what, remedy];
  return [`The signature has ${length} character${length === "1" ? "" : "s"} instead of 128.`, remedy];
}
