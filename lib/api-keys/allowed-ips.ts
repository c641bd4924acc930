import { dashboardEnv } from "../platform/env";
import { parseAllowlist } from "../platform/ip-allowlist/parse";
import { accept, type Result, refuse } from "../platform/result";

/** A key's IP allowlist in canonical form, or its first error. An empty one allows any address. */
export function canonicalIps(entries: string[]): Result<string[]> {
  const { entries: canonical, refusals } = parseAllowlist(entries, { allowPrivate: dashboardEnv().ALLOW_PRIVATE_IPS });
  return refusals[0] ? refuse(refusals[0]) : accept(canonical);
}
