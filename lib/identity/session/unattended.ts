/** The cookie of a page that reads itself again while nobody uses it. It can only make a session end sooner. */
export const UNATTENDED = "unattended";
