import type { AssignableRole, Role } from "@/lib/access/roles";

/** What a role can do, as the list shows it. */
export const ROLE_WORDS: Record<Role, string> = {
  owner: "everything",
  exchange: "view and exchange",
  limits: "view and limits",
  view: "read only",
  restricted: "cannot use the dashboard",
};

/** The consequence of choosing a role. */
export const CHOICES: Record<AssignableRole, string> = {
  view: "Sees everything except API keys. Read only.",
  exchange: "View, plus exchange.",
  limits: "View, plus limits.",
  restricted: "Cannot use the dashboard.",
};
