"use client";

import { RadioCards } from "@/components/forms/radio-cards";
import { GIVEN_ROLES, type GivenRole, roleLabel } from "@/lib/access/roles";
import { CHOICES } from "./role-words";

/** The roles that an Owner can assign, each with its meaning. */
export const RoleChoice = ({ chosen, onChoose }: { chosen: GivenRole | null; onChoose(role: GivenRole): void }) => (
  <RadioCards
    legend="Role"
    help="Only Support can give or remove the Owner role."
    reasons={GIVEN_ROLES.map((role) => ({ value: role, name: roleLabel(role), consequence: CHOICES[role] }))}
    chosen={chosen}
    onChoose={onChoose}
  />
);
