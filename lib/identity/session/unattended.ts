/** The cookie of a page that refreshes unattended. It can only make a session end sooner. */
export const UNATTENDED_COOKIE = "unattended";
