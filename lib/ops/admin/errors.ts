/** The command is invalid: exit code 2. */
export class UsageError extends Error {}

/** The command is valid, but was refused or not confirmed: exit code 1. */
export class Declined extends Error {}
