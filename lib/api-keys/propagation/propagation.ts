import { setTimeout as sleep } from "node:timers/promises";
import { PROPAGATION_WAIT_MS } from "../../platform/lease";
import { pauseUntil } from "../../platform/pause-until";
import type { Propagation } from "../../words/propagation";
import { type Acknowledgement, acknowledgementsOf, type Change } from "./acknowledgements";

/*
 * Promise: when a deactivation is answered, no gateway accepts the key.
 *
 * A gateway answers from a lease that began before its last renewal was sent. A renewal sent after
 * the COMMIT names the key; a renewal sent before it has lost its lease LEASE_MS later.
 * Attack: a key in other hands that is used once more after its Owner was told that it is dead. The
 * wait is measured on the monotonic clock, from the moment COMMIT was acknowledged without a
 * warning: a wall clock can be set back, and a timer may fire early.
 */

/**
 * Between two looks at the acknowledgements: ever longer, since most come within 100 ms of COMMIT.
 */
const LOOK_MS = { first: 20, slower: 1.1, most: 100 };

/**
 * Waits until every gateway has acknowledged a change, at the latest until every lease has ended
 * that began before its COMMIT was acknowledged: just now, or at `committed` of the monotonic
 * clock. Acknowledgements only shorten the wait: where they cannot be read, or no gateway has ever
 * entered, it ends by time.
 */
export async function waitForPropagation(change: Change, committed = performance.now()): Promise<Propagation> {
  const over = new AbortController();
  const heard = new Heard(committed);
  try {
    const byTime = pauseUntil(committed + PROPAGATION_WAIT_MS, over.signal).then(() => "time" as const);
    const byGateways = everyGatewayAcknowledges(change, heard, over.signal);
    const endedBy = await Promise.race([byTime, byGateways]);
    return { endedBy, gateways: heard.gateways() };
  } finally {
    over.abort();
  }
}

/** Resolves once one look finds all of them; while a look fails, none is found. */
async function everyGatewayAcknowledges(change: Change, heard: Heard, signal: AbortSignal): Promise<"gateways"> {
  let failed = false;
  for (let pause = LOOK_MS.first; !signal.aborted; pause = Math.min(pause * LOOK_MS.slower, LOOK_MS.most)) {
    const seen = await acknowledgementsOf(change).catch((error: unknown) => {
      if (!failed) console.warn("The gateways' acknowledgements were not read:", error);
      failed = true;
      return null;
    });
    if (seen && !signal.aborted && heard.all(seen)) return "gateways";
    await sleep(pause);
  }
  return "gateways";
}

/** When each gateway was first seen to have acknowledged. */
class Heard {
  readonly #committed: number;
  readonly #ms = new Map<string, number>();
  #last: readonly Acknowledgement[] = [];

  constructor(committed: number) {
    this.#committed = committed;
  }

  /** Whether all there are have. */
  all(seen: readonly Acknowledgement[]): boolean {
    this.#last = seen;
    const ms = Math.ceil(performance.now() - this.#committed);
    for (const { id, given } of seen) if (given && !this.#ms.has(id)) this.#ms.set(id, ms);
    return seen.length > 0 && seen.every(({ given }) => given);
  }

  gateways(): Propagation["gateways"] {
    return this.#last.map(({ id, name }) => ({ name, ms: this.#ms.get(id) ?? null }));
  }
}
