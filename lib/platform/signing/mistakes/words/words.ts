import { BODY_WORDS } from "./body";
import { DATA_WORDS } from "./data";
import { REQUEST_WORDS } from "./request";
import { SECRET_WORDS } from "./secret";
import { SIGNATURE_WORDS } from "./signature";

/** What was done wrong, and what to do, in whole sentences. */
export const WORDS = { ...SIGNATURE_WORDS, ...SECRET_WORDS, ...DATA_WORDS, ...BODY_WORDS, ...REQUEST_WORDS } as const satisfies Record<
  string,
  readonly [what: string, remedy: string]
>;

/** What was probably done wrong by whoever made a request. */
export type Mistake = keyof typeof WORDS;

export const isMistake = (name: string): name is Mistake => Object.hasOwn(WORDS, name);
