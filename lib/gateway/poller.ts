import { setTimeout as sleep } from "node:timers/promises";
import type { Leases, PollAnswer } from "./leases";

const POLL_MS = 250;

/** One direct connection to the primary. A poll that is not answered within a lease fails. */
export type PollConnection = { poll(since: bigint | null): Promise<PollAnswer>; close(): void };

export type Polling = { stop(): Promise<void> };

/** Renews the lease every 250 ms until stopped. A connection that fails once is given up: the first poll on the next forgets everything. */
export function startPolling(leases: Leases, connect: () => Promise<PollConnection>, failed: (error: unknown) => void): Polling {
  const stopping = new AbortController();
  const running = pollUntilStopped(leases, connect, failed, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function pollUntilStopped(
  leases: Leases,
  connect: () => Promise<PollConnection>,
  failed: (error: unknown) => void,
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    try {
      const connection = await connect();
      await pollOn(connection, leases, signal).finally(() => connection.close());
    } catch (error) {
      failed(error);
      await pause(POLL_MS, signal);
    }
  }
}

async function pollOn(connection: PollConnection, leases: Leases, signal: AbortSignal): Promise<void> {
  for (let first = true; !signal.aborted; first = false) {
    const started = performance.now();
    const poll = leases.beginPoll(first);
    leases.endPoll(poll, await connection.poll(poll.since));
    await pause(POLL_MS - (performance.now() - started), signal);
  }
}

/** An abort wakes it early, and is no error. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, milliseconds), undefined, { signal }).catch(() => undefined);
}
