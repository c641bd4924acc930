/** How long a gateway may answer from memory after its last renewal was sent, in milliseconds. */
export const LEASE_MS = 1_000;

/** Room for two machines' clocks to run at unequal speed, and for a timer that fires early. */
const MARGIN_MS = 200;

/**
 * How long a change waits before every lease that began before its COMMIT has ended, in
 * milliseconds. The dashboard says "Deactivated" after this wait at the latest.
 */
export const PROPAGATION_WAIT_MS = LEASE_MS + MARGIN_MS;
