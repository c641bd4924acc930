/** How long a gateway may answer from memory after it sent its last renewal, in milliseconds. */
export const LEASE_MS = 1_000;

/** Allows for two clocks that run at different speeds, and for a timer that fires early. */
const MARGIN_MS = 200;

/**
 * How long after a change's COMMIT every lease that began before it has ended, in milliseconds.
 * The dashboard says "Deactivated" after this wait at the latest.
 */
export const PROPAGATION_WAIT_MS = LEASE_MS + MARGIN_MS;
