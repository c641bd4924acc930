/** How long a session lives at most, in seconds. ASVS 5.0: 7.3.2. */
export const LIFETIME_SECONDS = 12 * 60 * 60;

/** How long a session lives without being used, in seconds. ASVS 5.0: 7.3.1. */
export const IDLE_SECONDS = 15 * 60;
