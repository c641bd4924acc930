import { dashboardEnv } from "../platform/env";
import { parseAllowlist } from "../platform/ip-allowlist/parse";
import { accept, type Result, refuse } from "../platform/result";

/** The list a key is to be used from, in canonical form, or the first thing that is wrong with it. Empty: any address. */
export function canonicalIps(entries: string[]): Result<string[]> {
  const { entries: canonical, refusals } = parseAllowlist(entries, { allowPrivate: dashboardEnv().ALLOW_PRIVATE_IPS });
  return refusals[0] ? refuse(refusals[0]) : accept(canonical);
}
