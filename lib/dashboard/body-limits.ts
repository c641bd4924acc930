/** The largest request bodies, in bytes: of a login, and of a logged-in user. */
export const MOST_SIGN_IN_BYTES = 16 * 1024;
export const MOST_BODY_BYTES = 64 * 1024;
