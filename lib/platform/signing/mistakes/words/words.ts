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

/** The probable mistake in how a request was made. */
export type Mistake = keyof typeof WORDS;

export const isMistake = (name: string): name is Mistake => Object.hasOwn(WORDS, name);
