import { setTimeout as sleep } from "node:timers/promises";
import { OwnRow } from "../own-row";
import { systemClock } from "./clock";
import type { KeyCache } from "./key-cache";
import type { LeaseConnection } from "./lease-protocol";
import { WakeUp } from "./wake-up";

const RENEW_MS = 250;
/**
 * The least time between two renewals, however often changes are announced. Only an
 * acknowledgement follows sooner.
 */
const HINTED_MS = 50;

export type Renewing = {
  /** Gives up the lease, then deletes the gateway's row: no deactivation waits for it any more. */
  stop(): Promise<void>;
};
type Renewed = Pick<LeaseConnection, "renew" | "leave" | "close">;
/** `changed` is called when the database announces a change. */
type Connect = (changed: () => void) => Promise<Renewed>;

/**
 * Renews the lease every 250 ms until stopped. A connection is given up after its first failure,
 * and the first renewal on the next one forgets everything.
 */
export function startRenewing(keyCache: KeyCache, connect: Connect, failed: (error: unknown) => void): Renewing {
  const stopping = new AbortController();
  const running = renewUntilStopped(keyCache, connect, failed, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function renewUntilStopped(
  keyCache: KeyCache,
  connect: Connect,
  failed: (error: unknown) => void,
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    const began = performance.now();
    const hint = new WakeUp();
    try {
      const connection = await connect(() => hint.give());
      await renewOn(connection, keyCache, hint, signal).finally(() => connection.close());
    } catch (error) {
      failed(error);
      await pause(RENEW_MS - (performance.now() - began), signal);
    }
  }
}

async function renewOn(connection: Renewed, keyCache: KeyCache, hint: WakeUp, signal: AbortSignal): Promise<void> {
  const row = new OwnRow(systemClock);
  let followed = false;
  while (!signal.aborted) {
    const started = performance.now();
    await renewOnce(connection, keyCache, row, hint);
    // Under constant changes every renewal names some. Only every other one is followed
    // immediately.
    followed = row.owes && !followed;
    if (followed) continue;
    if (!row.owes) await hint.within(RENEW_MS - (performance.now() - started), signal);
    await pause(HINTED_MS - (performance.now() - started), signal);
  }
  keyCache.giveUp();
  await connection.leave();
}

async function renewOnce(connection: Renewed, keyCache: KeyCache, row: OwnRow, hint: WakeUp): Promise<void> {
  let end: Parameters<Renewed["renew"]>[0]["end"] = () => undefined;
  await connection.renew({
    begin() {
      hint.forget();
      const use = row.begin();
      const renewal = keyCache.beginRenewal(use === "enter");
      end = (answer) => {
        keyCache.endRenewal(renewal, answer);
        row.end(use, answer.changed.length);
      };
      return { since: renewal.since, row: use };
    },
    end: (answer) => end(answer),
  });
}

/** An abort ends the pause early and is not an error. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, Math.ceil(milliseconds)), undefined, { signal }).catch(() => undefined);
}
