import { dashboardEnv } from "../../../platform/env";

/**
 * The relying party is this installation's public origin only, so that a signature phished on
 * another host is worthless here.
 */
export function relyingParty(): { id: string; origin: string; name: string } {
  const origin = dashboardEnv().PUBLIC_ORIGIN;
  return { id: new URL(origin).hostname, origin, name: "Countersign" };
}

/** The COSE numbers of EdDSA, ES256 and RS256. */
export const ALGORITHMS = [-8, -7, -257];
