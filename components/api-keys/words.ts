import { addressesWords } from "@/lib/words/addresses";

/** Where requests are accepted from: "203.0.113.7", "3 addresses" or "any address". */
export const addressesText = (allowedIps: string[]): string =>
  allowedIps.length === 1 ? String(allowedIps[0]) : addressesWords(allowedIps);

const RETIRED: Record<string, string> = {
  lost: ", secret lost",
  compromised: ", secret compromised",
  unwanted: ", no longer wanted",
  cancelled: ", rotation cancelled",
};

/** The text after "retired 19 May". */
export const retirementText = (reason: string | null): string => (reason && RETIRED[reason]) ?? "";

/** The pager's text: how many keys of how many are shown. */
export function pagerText(shown: number, total: number, newest: boolean, what: string): string {
  if (shown === total) return total === 1 ? `1 key ${what}` : `All ${total} keys ${what}`;
  return newest ? `${shown} of ${total} keys ${what}` : `${shown} more of ${total} keys ${what}`;
}
