/** The command was not understood: exit 2. */
export class Misused extends Error {}

/** It was understood, and is not done: exit 1. */
export class Declined extends Error {}
