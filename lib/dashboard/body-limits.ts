/** How large the body of a request may be, in bytes: of somebody who logs in, and of somebody who is logged in. */
export const MOST_SIGN_IN_BYTES = 16 * 1024;
export const MOST_BODY_BYTES = 64 * 1024;
