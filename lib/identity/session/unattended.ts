/**
 * The cookie of a page that refreshes while nobody uses it. It can only make a session end
 * sooner.
 */
export const UNATTENDED = "unattended";
