import { utc } from "@/components/ui/utc";
import type { DeactivationReceipt } from "@/lib/api-keys/reads/deactivation-receipt";
import type { KeyDetails } from "@/lib/api-keys/reads/key";
import { sourceWords } from "@/lib/words/key-usage";
import { propagationWords } from "@/lib/words/propagation";

/** "14:02:11.402", with its date where that is not the day of the deactivation. */
export function timeOfDay(at: string, day: string): string {
  const time = at.slice(11, 23);
  return at.slice(0, 10) === day.slice(0, 10) ? time : `${utc(at, "date")}, ${time}`;
}

/**
 * Gateways refuse a key within a second of the commit, wherever they are. This is when it was
 * certain: after a take-over by a request, once the worker has waited.
 */
export const confirmedAfter = ({ committedAt, refusedEverywhereAt }: DeactivationReceipt): string =>
  `confirmed ${((Date.parse(refusedEverywhereAt) - Date.parse(committedAt)) / 1_000).toFixed(1)} s after the commit`;

/** Nobody stops a key that the first request of a new pair replaces. */
export const deactivatedByText = ({ deactivatedBy, reason }: Pick<KeyDetails, "deactivatedBy" | "reason">): string =>
  deactivatedBy
    ? `by ${deactivatedBy}`
    : reason === "rotated"
      ? "by the first request with the new pair"
      : "by Support";

/** The receipt as plain text, for a ticket or an auditor. Nothing in it is a secret. */
export function receiptText(of: KeyDetails, receipt: DeactivationReceipt): string {
  const { lastAccepted, committedAt, refusedEverywhereAt, propagation, lastRefusedAt, event } = receipt;
  const lines: [string, string][] = [
    ["API key", `${of.number} (${of.key})`],
    ["Last accepted request", lastAccepted ? `${lastAccepted.at}, from ${sourceWords(lastAccepted.source)}` : "none"],
    ["Deactivation recorded", `${committedAt}, ${deactivatedByText(of)}`],
    ["Refused by all gateways", `${refusedEverywhereAt}, ${confirmedAfter(receipt)}`],
    ...(propagation ? [["Gateways", propagationWords(propagation)] as [string, string]] : []),
    ["Last refused request", lastRefusedAt ?? "none"],
    ...(event ? [["Recorded as", `audit event ${event}`] as [string, string]] : []),
  ];
  return `Receipt of the deactivation of API key ${of.number}\n\n${lines.map(([name, value]) => `${name}: ${value}`).join("\n")}\n`;
}
