/** The largest request bodies, in bytes: of a login, and of a logged-in user. */
export const MAX_SIGN_IN_BYTES = 16 * 1024;
export const MAX_BODY_BYTES = 64 * 1024;
