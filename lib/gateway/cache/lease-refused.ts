/** Why the database's answer grants no lease, as a sentence for the log. */
export class LeaseRefused extends Error {}
