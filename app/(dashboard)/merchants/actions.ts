"use server";

import { ownAction } from "@/lib/actions/action";
import { acceptance } from "@/lib/merchants/team/operations";

export const acceptInvitation = ownAction(acceptance);
