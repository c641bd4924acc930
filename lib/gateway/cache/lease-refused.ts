/** Why an answer of the database gives no lease, in a sentence for the log. */
export class LeaseRefused extends Error {}
