import type { Say } from "./say";

/** Events of people at a merchant: who came, who went, what they may do, and what was done to their account. */
export const PEOPLE_WORDS = {} satisfies Record<string, Say>;
