import { dashboardEnv } from "../../../platform/env";

/** Who passkeys are made for: this installation's public origin and nothing else, so that one phished on another host signs nothing here. */
export function relyingParty(): { id: string; origin: string; name: string } {
  const origin = dashboardEnv().PUBLIC_ORIGIN;
  return { id: new URL(origin).hostname, origin, name: "Countersign" };
}

/** EdDSA, ES256 and RS256, as COSE numbers them. */
export const ALGORITHMS = [-8, -7, -257];
