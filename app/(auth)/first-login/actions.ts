"use server";

import { ownAction } from "@/lib/actions/action";
import { deviceConfirmation, firstPassword } from "@/lib/identity/onboarding/operations";

export const confirmFirstDevice = ownAction(deviceConfirmation);
export const setFirstPassword = ownAction(firstPassword);
