/** How long a device shows a code, in seconds (RFC 6238). */
export const STEP_SECONDS = 30;

/** How early a code is accepted, in seconds: the clocks of some devices are a little ahead. */
export const EARLY_SECONDS = 5;
