/** A user's role at one merchant. Only this folder compares role names. */
export type Role = "owner" | "limits" | "exchange" | "view" | "restricted";

const LABELS: Record<Role, string> = {
  owner: "Owner",
  limits: "Limits",
  exchange: "Exchange",
  view: "View",
  restricted: "Restricted",
};

const SENTENCES: Record<Role, string> = {
  owner: "Your role is Owner. The Owner role itself is given and taken by Support.",
  limits: "Your role is Limits. An Owner can give you another one.",
  exchange: "Your role is Exchange. An Owner can give you another one.",
  view: "Your role is View. An Owner can give you another one.",
  restricted: "Your role is Restricted. Contact Support.",
};

/** The roles that an Owner can give. Only Support gives or takes Owner itself. */
export const ASSIGNABLE_ROLES = ["view", "exchange", "limits", "restricted"] as const;
export type AssignableRole = (typeof ASSIGNABLE_ROLES)[number];

export const roleLabel = (role: Role): string => LABELS[role];

/** The sentence that the overview shows beside the list of abilities. */
export const roleDescription = (role: Role): string => SENTENCES[role];

export const isOwner = (role: Role): boolean => role === "owner";

/** Restricted users may only contact Support: they have no access and do not see the merchant. */
export const isRestricted = (role: Role): boolean => role === "restricted";

/** Whether a user may only contact Support. One without any role may accept an invitation. */
export const isRestrictedEverywhere = (roles: Role[]): boolean => roles.length > 0 && roles.every(isRestricted);
