import type { Role } from "./roles";

export type Permission =
  | "merchant:read"
  | "api-key:read"
  | "api-key:generate"
  | "api-key:activate"
  | "api-key:edit-ips"
  | "api-key:deactivate"
  | "api-key:retire"
  | "api-key:note"
  | "api-key:rotate"
  | "api-key:take-over"
  | "api-key:cancel-rotation"
  | "team:read"
  | "team:invite"
  | "team:change-role"
  | "team:remove"
  | "activity:read";

/**
 * `code-or-password`: a password is accepted only while the user's codes are locked or disabled.
 * Stopping a key must never be harder than misusing it.
 */
export type SecondFactor = "none" | "code" | "code-or-password";

type Rule = { roles: readonly Exclude<Role, "restricted">[]; secondFactor: SecondFactor };

/** The only place that says which roles have a permission and which second factor it needs. */
const RULES: Record<Permission, Rule> = {
  "merchant:read": { roles: ["owner", "limits", "exchange", "view"], secondFactor: "none" },
  "api-key:read": { roles: ["owner"], secondFactor: "none" },
  "api-key:generate": { roles: ["owner"], secondFactor: "code" },
  "api-key:activate": { roles: ["owner"], secondFactor: "code" },
  "api-key:edit-ips": { roles: ["owner"], secondFactor: "code" },
  "api-key:deactivate": { roles: ["owner"], secondFactor: "code-or-password" },
  "api-key:retire": { roles: ["owner"], secondFactor: "code" },
  "api-key:note": { roles: ["owner"], secondFactor: "code" },
  "api-key:rotate": { roles: ["owner"], secondFactor: "code" },
  "api-key:take-over": { roles: ["owner"], secondFactor: "code" },
  "api-key:cancel-rotation": { roles: ["owner"], secondFactor: "code" },
  "team:read": { roles: ["owner"], secondFactor: "none" },
  "team:invite": { roles: ["owner"], secondFactor: "code" },
  "team:change-role": { roles: ["owner"], secondFactor: "code" },
  "team:remove": { roles: ["owner"], secondFactor: "code" },
  "activity:read": { roles: ["owner"], secondFactor: "none" },
};

export const PERMISSIONS = Object.keys(RULES) as Permission[];

export function may(role: Role, permission: Permission): boolean {
  return (RULES[permission].roles as readonly Role[]).includes(role);
}

export const secondFactorOf = (permission: Permission): SecondFactor => RULES[permission].secondFactor;
