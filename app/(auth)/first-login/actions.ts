"use server";

import { ownAction } from "@/lib/action";
import { deviceConfirmation, firstPassword } from "@/lib/first-login/operations";

export const confirmFirstDevice = ownAction(deviceConfirmation);
export const setFirstPassword = ownAction(firstPassword);
