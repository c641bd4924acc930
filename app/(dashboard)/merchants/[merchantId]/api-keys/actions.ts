"use server";

import { action } from "@/lib/action";
import { activation, deactivation, generation, ipsEdit, retirement } from "@/lib/api-keys/operations";

export const generateApiKey = action(generation);
export const activateApiKey = action(activation);
export const editApiKeyIps = action(ipsEdit);
export const deactivateApiKey = action(deactivation);
export const retireApiKey = action(retirement);
