"use server";

import { action } from "@/lib/actions/action";
import {
  activation,
  cancellation,
  deactivation,
  generation,
  ipsEdit,
  noteEdit,
  retirement,
  rotation,
  secretSaved,
  takingOver,
} from "@/lib/api-keys/operations";

export const generateApiKey = action(generation);
export const activateApiKey = action(activation);
export const editApiKeyIps = action(ipsEdit);
export const deactivateApiKey = action(deactivation);
export const confirmSecretSaved = action(secretSaved);
export const retireApiKey = action(retirement);
export const editApiKeyNote = action(noteEdit);
export const rotateApiKey = action(rotation);
export const takeOverApiKey = action(takingOver);
export const cancelApiKeyRotation = action(cancellation);
