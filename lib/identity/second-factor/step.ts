/** How long a device shows a code (RFC 6238). */
export const STEP_SECONDS = 30;

/** How long before its time a code is taken: some devices' clocks are a little ahead. */
export const EARLY_SECONDS = 5;
