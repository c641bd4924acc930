import { setTimeout as sleep } from "node:timers/promises";
import { PROPAGATION_WAIT_MS } from "../../platform/lease";
import { sleepUntil } from "../../platform/sleep-until";
import type { Propagation } from "../../words/propagation";
import { type Acknowledgement, acknowledgementsOf, type Change } from "./acknowledgements";

/*
 * Promise: when a deactivation returns, no gateway accepts the key.
 *
 * A gateway answers from a lease that begins before its last renewal is sent. A renewal sent after
 * the COMMIT returns the changed key. The lease of a renewal sent before the COMMIT ends within
 * LEASE_MS; the rest of the wait allows for clocks that run at different speeds.
 * Attack: somebody uses a stolen key once more after its Owner was told that it is dead. The wait
 * is measured on the monotonic clock, from the moment when COMMIT was acknowledged without a
 * warning, because a wall clock can be set back and a timer can fire early.
 */

/**
 * The pause between two reads of the acknowledgements. It grows, because most acknowledgements
 * arrive within 100 ms of the COMMIT.
 */
const LOOK_MS = { first: 20, slower: 1.1, most: 100 };

/**
 * Waits until every gateway has acknowledged a change, or until every lease has ended that began
 * before the COMMIT was acknowledged. `committed` is that moment on the monotonic clock.
 * Acknowledgements only shorten the wait: if they cannot be read, or no gateway is registered, the
 * wait ends by time. Each gateway's time is counted from `began`.
 */
export async function waitForPropagation(
  change: Change,
  committed = performance.now(),
  began = committed,
): Promise<Propagation> {
  const over = new AbortController();
  const acknowledged = new AcknowledgedGateways(began);
  try {
    const byTime = sleepUntil(committed + PROPAGATION_WAIT_MS, over.signal).then(() => "time" as const);
    const byGateways = everyGatewayAcknowledges(change, acknowledged, over.signal);
    const endedBy = await Promise.race([byTime, byGateways]);
    return { endedBy, gateways: acknowledged.gateways() };
  } finally {
    over.abort();
  }
}

/** Resolves when one read finds all of them acknowledged. A read that fails finds none. */
async function everyGatewayAcknowledges(
  change: Change,
  acknowledged: AcknowledgedGateways,
  signal: AbortSignal,
): Promise<"gateways"> {
  let failed = false;
  for (let pause = LOOK_MS.first; !signal.aborted; pause = Math.min(pause * LOOK_MS.slower, LOOK_MS.most)) {
    const seen = await acknowledgementsOf(change).catch((error: unknown) => {
      if (!failed) console.warn("The gateways' acknowledgements were not read:", error);
      failed = true;
      return null;
    });
    if (seen && !signal.aborted && acknowledged.all(seen)) return "gateways";
    await sleep(pause);
  }
  return "gateways";
}

/** Keeps when each gateway's acknowledgement was first seen, in ms after the change. */
class AcknowledgedGateways {
  readonly #began: number;
  readonly #ms = new Map<string, number>();
  #last: readonly Acknowledgement[] = [];

  constructor(began: number) {
    this.#began = began;
  }

  /** Whether all gateways have acknowledged; false if there are none. */
  all(seen: readonly Acknowledgement[]): boolean {
    this.#last = seen;
    const ms = Math.ceil(performance.now() - this.#began);
    for (const { id, given } of seen) if (given && !this.#ms.has(id)) this.#ms.set(id, ms);
    return seen.length > 0 && seen.every(({ given }) => given);
  }

  gateways(): Propagation["gateways"] {
    return this.#last.map(({ id, name }) => ({ name, ms: this.#ms.get(id) ?? null }));
  }
}
