/**
 * For how long a first secret can be sent again to its dialog, in seconds. After that an
 * activation whose secret nobody confirmed is asked about. The default of `reveals.expires_at`
 * in the database is the same time.
 */
export const DELIVERED_FOR_SECONDS = 120;
