import type { GivenRole, Role } from "@/lib/access/roles";

/** What a role is good for, in the list. */
export const ROLE_WORDS: Record<Role, string> = {
  owner: "everything",
  exchange: "view and exchange",
  limits: "view and limits",
  view: "sees, changes nothing",
  restricted: "may only contact Support",
};

/** What choosing it brings about. */
export const CHOICES: Record<GivenRole, string> = {
  view: "Sees everything but API keys. Changes nothing.",
  exchange: "View, and may exchange.",
  limits: "View, and may change limits.",
  restricted: "May only contact Support. Logged out right after logging in.",
};
