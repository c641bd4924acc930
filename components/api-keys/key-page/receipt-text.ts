import { utc } from "@/components/ui/utc";
import type { DeactivationReceipt } from "@/lib/api-keys/reads/deactivation-receipt";
import type { KeyDetails } from "@/lib/api-keys/reads/key";
import { sourceWords } from "@/lib/words/key-usage";
import { propagationLegend, propagationWords } from "@/lib/words/propagation";

/** "14:02:11.402", with its date where that is not the day of the deactivation. */
export function timeOfDay(at: string, day: string): string {
  const time = at.slice(11, 23);
  return at.slice(0, 10) === day.slice(0, 10) ? time : `${utc(at, "date")}, ${time}`;
}

/**
 * What the facts do not say by themselves: how it is known that the gateways refuse the key, and
 * why a request may have been accepted after the deactivation was recorded.
 */
export function receiptNotes(receipt: Omit<DeactivationReceipt, "event">): string[] {
  const { propagation } = receipt;
  return [
    ...(propagation ? [[`${propagationWords(propagation)}.`, ...propagationLegend(propagation)].join(" ")] : []),
    ...lateRequest(receipt),
  ];
}

/** A gateway times a request when it answers it, by its own clock. */
function lateRequest({
  lastAccepted,
  committedAt,
  refusedEverywhereAt,
}: Pick<DeactivationReceipt, "lastAccepted" | "committedAt" | "refusedEverywhereAt">): string[] {
  if (!lastAccepted || Date.parse(lastAccepted.at) <= Date.parse(committedAt)) return [];
  const late = "The last request was accepted after the deactivation was recorded";
  return Date.parse(lastAccepted.at) <= Date.parse(refusedEverywhereAt)
    ? [`${late}, but before all gateways had confirmed it: until a gateway confirms, it can accept the key.`]
    : [
        `${late}. Its time is that of its answer by the gateway's clock, which can be later than the time when the gateways refused the key.`,
      ];
}

/** Nobody stops a key that the first request of a new pair replaces. */
export const deactivatedByText = ({ deactivatedBy, reason }: Pick<KeyDetails, "deactivatedBy" | "reason">): string =>
  deactivatedBy
    ? `by ${deactivatedBy}`
    : reason === "rotated"
      ? "by the first request with the new pair"
      : "by Support";

/** The receipt as plain text, for a ticket or an auditor. Nothing in it is a secret. */
export function receiptText(of: KeyDetails, receipt: DeactivationReceipt): string {
  const { lastAccepted, committedAt, refusedEverywhereAt, lastRefusedAt, event } = receipt;
  const lines: [string, string][] = [
    ["API key", `${of.number} (${of.key})`],
    ["Last accepted request", lastAccepted ? `${lastAccepted.at}, from ${sourceWords(lastAccepted.source)}` : "none"],
    ["Deactivation recorded", `${committedAt}, ${deactivatedByText(of)}`],
    ["Refused by all gateways", `${refusedEverywhereAt} at the latest`],
    ["Last refused request", lastRefusedAt ?? "none since the deactivation"],
    ...(event ? [["Recorded as", `audit event ${event}`] as [string, string]] : []),
  ];
  const facts = lines.map(([name, value]) => `${name}: ${value}`);
  const notes = receiptNotes(receipt);
  return [
    `Receipt of the deactivation of API key ${of.number}`,
    "",
    ...facts,
    ...(notes.length > 0 ? ["", ...notes] : []),
    "",
  ].join("\n");
}
