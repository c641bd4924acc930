import type { Sentences } from "./sentences";

/** Refusals that are about a member, a role or an account. */
export type PeopleRefusal =
  | { code: "already_member"; emails: readonly string[] }
  | { code: "own_role" }
  | { code: "owner_by_support" }
  | { code: "last_owner" }
  | { code: "already_owner"; email: string }
  | { code: "not_owner"; email: string }
  | { code: "no_such_user"; email: string }
  | { code: "user_disabled"; email: string }
  | { code: "user_not_disabled"; email: string }
  | { code: "never_logged_in"; email: string };

export const PEOPLE: Sentences<PeopleRefusal> = {
  already_member: [
    "email",
    (refusal) =>
      refusal.emails.length === 1
        ? `${refusal.emails[0]} already belongs to this merchant. Change their role in the list.`
        : `${listed(refusal.emails)} already belong to this merchant. Change their roles in the list.`,
  ],
  own_role: ["form", "You cannot change your own role. Ask another Owner, or contact Support."],
  owner_by_support: ["form", "Only Support can make somebody an Owner or change an Owner's role. Contact Support."],
  last_owner: [
    "form",
    "You are the only Owner, and a merchant always has one. Contact Support to make somebody else an Owner first.",
  ],
  already_owner: ["form", (refusal) => `${refusal.email} is already an Owner of this merchant.`],
  not_owner: ["form", (refusal) => `${refusal.email} is not an Owner of this merchant.`],
  no_such_user: ["form", (refusal) => `No user has the email ${refusal.email}.`],
  user_disabled: ["form", (refusal) => `${refusal.email} is disabled.`],
  user_not_disabled: ["form", (refusal) => `${refusal.email} is not disabled.`],
  never_logged_in: [
    "form",
    (refusal) => `${refusal.email} has not completed a first login. Invite them again instead.`,
  ],
};

/** "a, b and c". */
const listed = (words: readonly string[]): string => new Intl.ListFormat("en-GB").format(words);
