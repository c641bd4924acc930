import type { GivenRole, Role } from "@/lib/access/roles";

/** What a role is good for, in the list. */
export const ROLE_WORDS: Record<Role, string> = {
  owner: "everything",
  exchange: "view and exchange",
  limits: "view and limits",
  view: "read only",
  restricted: "cannot use the dashboard",
};

/** What choosing it brings about. */
export const CHOICES: Record<GivenRole, string> = {
  view: "Sees everything except API keys. Read only.",
  exchange: "View, plus exchange.",
  limits: "View, plus limits.",
  restricted: "Cannot use the dashboard.",
};
