"use server";

import { ownAction } from "@/lib/action";
import { acceptance } from "@/lib/team/operations";

export const acceptInvitation = ownAction(acceptance);
