"use server";

import { action } from "@/lib/actions/action";
import { activation, deactivation, generation, ipsEdit, noteEdit, retirement, secretSaved } from "@/lib/api-keys/operations";

export const generateApiKey = action(generation);
export const activateApiKey = action(activation);
export const editApiKeyIps = action(ipsEdit);
export const deactivateApiKey = action(deactivation);
export const confirmSecretSaved = action(secretSaved);
export const retireApiKey = action(retirement);
export const editApiKeyNote = action(noteEdit);
