import { setTimeout as sleep } from "node:timers/promises";
import type { LeaseConnection } from "./lease-connection";
import type { Leases, Renewal } from "./leases";

const RENEW_MS = 250;

export type Renewing = { stop(): Promise<void> };
type Renewed = Pick<LeaseConnection, "renew" | "close">;
type Connect = () => Promise<Renewed>;

/** Renews the lease every 250 ms until stopped. A connection that fails once is given up: the first renewal on the next forgets everything. */
export function startRenewing(leases: Leases, connect: Connect, failed: (error: unknown) => void): Renewing {
  const stopping = new AbortController();
  const running = renewUntilStopped(leases, connect, failed, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function renewUntilStopped(leases: Leases, connect: Connect, failed: (error: unknown) => void, signal: AbortSignal) {
  while (!signal.aborted) {
    const began = performance.now();
    try {
      const connection = await connect();
      await renewOn(connection, leases, signal).finally(() => connection.close());
    } catch (error) {
      failed(error);
      await pause(RENEW_MS - (performance.now() - began), signal);
    }
  }
}

async function renewOn(connection: Renewed, leases: Leases, signal: AbortSignal): Promise<void> {
  for (let first = true; !signal.aborted; first = false) {
    const started = performance.now();
    let renewal: Renewal | undefined;
    await connection.renew({
      begin() {
        renewal = leases.beginRenewal(first);
        return renewal.since;
      },
      end: (answer) => renewal && leases.endRenewal(renewal, answer),
    });
    await pause(RENEW_MS - (performance.now() - started), signal);
  }
}

/** An abort wakes it early, and is no error. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, milliseconds), undefined, { signal }).catch(() => undefined);
}
