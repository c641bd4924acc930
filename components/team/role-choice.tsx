"use client";

import { RadioCards } from "@/components/forms/radio-cards";
import { ASSIGNABLE_ROLES, type AssignableRole, roleLabel } from "@/lib/access/roles";
import { CHOICES } from "./role-words";

/** The roles that an Owner can assign, each with its meaning. */
export const RoleChoice = ({
  chosen,
  onChoose,
}: {
  chosen: AssignableRole | null;
  onChoose(role: AssignableRole): void;
}) => (
  <RadioCards
    legend="Role"
    help="Only Support can make somebody an Owner or change an Owner's role."
    reasons={ASSIGNABLE_ROLES.map((role) => ({ value: role, name: roleLabel(role), consequence: CHOICES[role] }))}
    chosen={chosen}
    onChoose={onChoose}
  />
);
