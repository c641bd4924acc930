import { type Role, roleLabel } from "../../access/roles";
import { type Describe, proofOf, textOf } from "../../audit/describe";
import { ACCOUNT_WORDS } from "./account";
import { OPERATOR_WORDS } from "./operator";

/** Events of a merchant's people: who joined or left, their roles, changes to their accounts. */
export const PEOPLE_WORDS = {
  "team.invited": ({ person, data }) => ({
    what: `${person} invited as ${role(data.role)}`,
    icon: "person",
    proof: proofOf(data),
  }),
  "team.joined": ({ person, data }) => ({
    what: `${person} accepted the invitation as ${role(data.role)}`,
    icon: "person",
  }),
  "team.role_changed": ({ person, data }) => ({
    what: `Role of ${person} changed from ${role(data.before)} to ${role(data.after)}`,
    detail: [data.pending ? "The invitation is not accepted yet" : "Logged out everywhere"],
    icon: "person",
    proof: proofOf(data),
  }),
  "team.removed": ({ person, data }) => ({
    what: data.pending ? `Invitation of ${person} withdrawn` : `${person} removed`,
    detail: [`The role was ${role(data.role)}. API keys stay as they are`],
    icon: "person",
    proof: proofOf(data),
  }),
  "device.enrolled": () => ({ what: "2FA device set up", icon: "device" }),
  ...ACCOUNT_WORDS,
  ...OPERATOR_WORDS,
} satisfies Record<string, Describe>;

const role = (value: unknown): string => roleLabel(textOf(value) as Role) ?? "no role";
