"use server";

import { ownAction } from "@/lib/actions/action";
import {
  moveConfirmation,
  moveStart,
  otherSessionsEnd,
  passkeyAddition,
  passkeyRemoval,
  passkeyStart,
  passwordChange,
  recoveryCodes,
  sessionEnd,
} from "@/lib/identity/account/operations";

export const changePassword = ownAction(passwordChange);
export const makeRecoveryCodes = ownAction(recoveryCodes);
export const moveDevice = ownAction(moveStart);
export const confirmDevice = ownAction(moveConfirmation);
export const endSession = ownAction(sessionEnd);
export const endOtherSessions = ownAction(otherSessionsEnd);
export const beginPasskey = ownAction(passkeyStart);
export const addPasskey = ownAction(passkeyAddition);
export const removePasskey = ownAction(passkeyRemoval);
