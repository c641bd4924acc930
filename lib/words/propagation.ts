import { PROPAGATION_WAIT_MS } from "../platform/lease";

/** The progress of a deactivation: how many gateways there are, and how many refuse the key. */
export type Progress = { gateways: number; refusing: number };

/**
 * How a wait for the gateways ended: all of them acknowledged, or the time was over. `ms` is how
 * long after the change a gateway was seen to refuse the key; null if it was not seen.
 */
export type Propagation = { endedBy: "gateways" | "time"; gateways: readonly { name: string; ms: number | null }[] };

const WITHIN = `${PROPAGATION_WAIT_MS / 1_000} seconds`;

/**
 * "within 1.2 seconds": how soon all gateways refuse a key that was stopped, whoever waits for
 * them.
 */
export const REFUSED_WITHIN = `within ${WITHIN}`;

const MAX_NAMED = 4;

/** "2 of 3 gateways refuse it". */
export const progressWords = ({ refusing, gateways }: Progress): string =>
  gateways === 1 ? `${refusing} of 1 gateway refuses it` : `${refusing} of ${gateways} gateways refuse it`;

/**
 * What a long wait is waiting for: a gateway, or the database, which must record that all gateways
 * refuse the key. With null there is no answer yet.
 */
export function lateWords(progress: Progress | null): { lead: string; rest: string } {
  if (progress === null) return { lead: "We have no answer yet.", rest: "The key may still work." };
  const missing = progress.gateways - progress.refusing;
  if (missing === 0) return { lead: "All gateways refuse the key.", rest: "We are still recording it." };
  const lead = missing === 1 ? "One gateway has not confirmed." : `${missing} gateways have not confirmed.`;
  return { lead, rest: "The key may still work." };
}

/** "Confirmed by gateways gateway-1 after 31 ms, gateway-2 after 35 ms". */
export function propagationWords({ endedBy, gateways }: Propagation): string {
  const answered = gateways.flatMap(({ name, ms }) => (ms === null ? [] : { name, ms })).sort((a, b) => a.ms - b.ms);
  const silent = gateways.filter(({ ms }) => ms === null).map(({ name }) => name);
  const times = listed(answered.map(({ name, ms }) => `${name} after ${ms} ms`));
  if (endedBy === "gateways") return `Confirmed by ${answered.length === 1 ? "gateway" : "gateways"} ${times}`;
  if (gateways.length === 0) return BY_TIME;
  const noun = gateways.length === 1 ? "gateway" : "gateways";
  const count = `${answered.length} of ${gateways.length} ${noun} confirmed${times && `: ${times}`}`;
  return `${count}. ${silent.length > 0 ? `${listed(silent)} did not, and can accept no key until it does` : BY_TIME}`;
}

const HOST_AND_PORT = /:\d+$/;

/** What the times and names in `propagationWords` are. */
export function propagationLegend({ gateways }: Propagation): string[] {
  const one = gateways.length === 1;
  const measured = gateways.some(({ ms }) => ms !== null);
  const byHostAndPort = gateways.length > 0 && gateways.every(({ name }) => HOST_AND_PORT.test(name));
  return [
    ...(measured
      ? [
          `Milliseconds count from the deactivation to ${one ? "the" : "each"} gateway's confirmation; “Refused by all gateways” is when we recorded it.`,
        ]
      : []),
    ...(byHostAndPort ? ["A gateway is named by its host and port."] : []),
  ];
}

const BY_TIME = `We waited ${WITHIN}: a gateway that has not heard of a change by then accepts no key`;

function listed(all: string[]): string {
  const named = all.slice(0, all.length > MAX_NAMED ? MAX_NAMED - 1 : MAX_NAMED);
  const others = all.length - named.length;
  return [...named, ...(others > 0 ? [`${others} others`] : [])].join(", ");
}
