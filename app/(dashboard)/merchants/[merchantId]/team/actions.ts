"use server";

import { action } from "@/lib/actions/action";
import { invitation, removal, roleChange } from "@/lib/merchants/team/operations";

export const inviteUsers = action(invitation);
export const changeUserRole = action(roleChange);
export const removeUser = action(removal);
