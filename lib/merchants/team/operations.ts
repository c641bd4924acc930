import { z } from "zod";
import { ASSIGNABLE_ROLES, type AssignableRole } from "../../access/roles";
import type { MemberAction } from "../../actions/member-action";
import type { OwnAction } from "../../actions/own-action";
import type { MerchantId, UserId } from "../../platform/ids";
import { acceptInvitation } from "./accept";
import { MAX_ADDED } from "./addresses";
import { changeRole, type RoleChange } from "./change-role";
import { type Added, inviteUsers } from "./invite";
import { removeUser } from "./remove";

const userId = z.guid().toLowerCase();
const role = z.enum(ASSIGNABLE_ROLES);
const email = z.string().max(254).trim().toLowerCase().pipe(z.email());

const emails = z
  .array(email)
  .min(1)
  .max(MAX_ADDED)
  .transform((given) => [...new Set(given)]);

export const invitation: MemberAction<{ emails: string[]; role: AssignableRole }, Added> = {
  permission: "team:invite",
  input: z.object({ emails, role }),
  run: inviteUsers,
};

export const roleChange: MemberAction<RoleChange, { email: string }> = {
  permission: "team:change-role",
  input: z.object({ userId, role }),
  run: changeRole,
};

export const removal: MemberAction<{ userId: UserId }, { email: string }> = {
  permission: "team:remove",
  input: z.object({ userId }),
  run: removeUser,
};

/** Needs no code: the login that it requires already asked for one. */
export const acceptance: OwnAction<{ invitationId: string }, { merchantId: MerchantId }> = {
  stage: "full",
  secondFactor: "none",
  input: z.object({ invitationId: z.guid() }),
  run: acceptInvitation,
};
