"use server";

import { action } from "@/lib/action";
import { invitation, removal, roleChange } from "@/lib/team/operations";

export const inviteUsers = action(invitation);
export const changeUserRole = action(roleChange);
export const removeUser = action(removal);
