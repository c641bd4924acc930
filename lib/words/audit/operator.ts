import { type Role, roleLabel } from "../../access/roles";
import { type Describe, type Part, textOf } from "../../audit/describe";

/**
 * What an operator does to people and merchants with the admin command. Keys that an operator
 * retires get the usual key events (./keys).
 */
export const OPERATOR_WORDS = {
  "merchant.created": () => ({ what: "Merchant created", icon: "operator" }),
  "owner.granted": ({ person, data }) => ({
    what: `Owner role given to ${person}`,
    detail: [`The role was ${role(data.before)}. Logged out everywhere`],
    icon: "operator",
  }),
  "owner.taken": ({ person, data }) => ({
    what: `Owner role removed from ${person}`,
    detail: [
      `The role is now ${role(data.after)}. ${data.pending ? "The invitation is not accepted yet" : "Logged out everywhere"}`,
    ],
    icon: "operator",
  }),
  "password.reset": ({ person, data }) => ({
    what: `Password of ${person} reset`,
    detail: reason(data.reason),
    icon: "operator",
  }),
  "two_factor.reset": ({ person, data }) => ({
    what: `2FA of ${person} reset`,
    detail: reason(data.reason),
    icon: "operator",
  }),
  "user.disabled": ({ person, data }) => ({
    what: `${person} disabled`,
    detail: reason(data.reason),
    icon: "operator",
  }),
  "sealing_key.registered": ({ data }) => ({ what: `Sealing key${version(data.version)} in use`, icon: "operator" }),
  "sealing_key.removed": ({ data }) => ({ what: `Sealing key${version(data.version)} removed`, icon: "operator" }),
  "user.enabled": ({ person, data }) => ({
    what: `${person} enabled again`,
    detail: reason(data.reason),
    icon: "operator",
  }),
} satisfies Record<string, Describe>;

const reason = (value: unknown): Part[] => [textOf(value) === "" ? "No reason given" : `Reason: ${textOf(value)}`];

const version = (value: unknown): string => (typeof value === "number" ? ` version ${value}` : "");

const role = (value: unknown): string => roleLabel(textOf(value) as Role) ?? "another";
