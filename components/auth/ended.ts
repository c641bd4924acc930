const UNCHANGED = "Nothing was changed, and what you had typed was not kept.";

/** Why the person sees the login page again, from `?ended=`. */
export const ENDINGS = {
  idle: { title: "You were logged out", text: `You were away for 15 minutes. ${UNCHANGED}` },
  expired: { title: "You were logged out", text: `You were logged in for 12 hours, the longest a login lasts. ${UNCHANGED}` },
  elsewhere: { title: "You were logged out", text: `Your session was ended from another browser. ${UNCHANGED}` },
  role: { title: "You were logged out", text: "Your role was changed. Log in to go on with the new one." },
  removed: { title: "You were logged out", text: "You were removed from a merchant. Log in to go on without it." },
  logout: { title: "You are logged out", text: "This browser no longer has access to your merchants." },
} as const;

export type Ending = keyof typeof ENDINGS;

export const endingOf = (value: unknown): Ending | null =>
  typeof value === "string" && Object.hasOwn(ENDINGS, value) ? (value as Ending) : null;

/** Where to return after the login: a page of the desk, and nothing that could lead elsewhere. */
export const returnPath = (value: unknown): string =>
  typeof value === "string" && /^\/(account|merchants(\/[\w-]+){0,3})$/.test(value) ? value : "/merchants";
