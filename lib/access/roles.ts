/** A user's role at one merchant. The names are compared in this folder only. */
export type Role = "owner" | "limits" | "exchange" | "view" | "restricted";

const LABELS: Record<Role, string> = { owner: "Owner", limits: "Limits", exchange: "Exchange", view: "View", restricted: "Restricted" };

const SENTENCES: Record<Role, string> = {
  owner: "Your role is Owner. The Owner role itself is given and taken by Support.",
  limits: "Your role is Limits. An Owner can give you another one.",
  exchange: "Your role is Exchange. An Owner can give you another one.",
  view: "Your role is View. An Owner can give you another one.",
  restricted: "Your role is Restricted. Contact Support.",
};

/** The roles an Owner gives; Owner itself is given and taken by Support. */
export const GIVEN_ROLES = ["view", "exchange", "limits", "restricted"] as const;
export type GivenRole = (typeof GIVEN_ROLES)[number];

export const roleLabel = (role: Role): string => LABELS[role];

/** What the overview says beside the list of abilities. */
export const roleSentence = (role: Role): string => SENTENCES[role];

export const isOwner = (role: Role): boolean => role === "owner";

/** Restricted users may only contact Support: they are not let in, and the merchant is not listed for them. */
export const isRestricted = (role: Role): boolean => role === "restricted";

/** Whether somebody with these roles may only contact Support. Who has none may accept an invitation. */
export const everywhereRestricted = (roles: Role[]): boolean => roles.length > 0 && roles.every(isRestricted);
