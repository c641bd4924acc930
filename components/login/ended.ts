const DISCARDED = "Nothing was changed; unsaved input was discarded.";

/** Why the user sees the login page again, from `?ended=`. */
export const ENDINGS = {
  idle: { title: "You were logged out", text: `You were inactive for 15 minutes. ${DISCARDED}` },
  expired: { title: "You were logged out", text: "Logins last 12 hours at most. Log in again to continue." },
  elsewhere: { title: "You were logged out", text: `Your session was ended from another browser. ${DISCARDED}` },
  role: { title: "You were logged out", text: "Your role was changed. Log in to continue with your new role." },
  removed: {
    title: "You were logged out",
    text: "You no longer have access to one merchant. Log in to continue with the others.",
  },
  logout: { title: "You are logged out", text: "This browser no longer has access to your merchants." },
} as const;

export type Ending = keyof typeof ENDINGS;

export const endingOf = (value: unknown): Ending | null =>
  typeof value === "string" && Object.hasOwn(ENDINGS, value) ? (value as Ending) : null;

const HOME = "/merchants";
const PAGE = /^\/(account|(merchants|support)(\/[\w-]+){0,4})(\?[\w.~%=&+-]*)?$/;

/** Where to return after the login: only a page of the dashboard, never another site. */
export const returnPath = (value: unknown): string => (typeof value === "string" && PAGE.test(value) ? value : HOME);

/** Whether the path is a page that the user was on. */
export const isReturn = (path: string): boolean => path !== HOME;
