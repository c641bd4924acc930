import { setTimeout as sleep } from "node:timers/promises";
import type { Result } from "../../platform/result";

const PAUSE_MS = 1_000;
const MAX_MS = 60_000;

/**
 * Records what the gateways acknowledged. If the database is too busy, this returns at once and
 * retries in the background, because only this process knows which gateway acknowledged when.
 * `write` must be repeatable.
 */
export async function saveReceipt<T>(write: () => Promise<Result<T>>): Promise<Result<T>> {
  const written = await write();
  if (hadNoTime(written)) void keepWriting(write);
  return written;
}

async function keepWriting(write: () => Promise<Result<unknown>>): Promise<void> {
  let last: unknown;
  for (const end = performance.now() + MAX_MS; performance.now() < end; ) {
    await sleep(PAUSE_MS, undefined, { ref: false });
    try {
      if (!hadNoTime(await write())) return;
    } catch (error) {
      last = error;
    }
  }
  console.warn("What the gateways said of a deactivation was not recorded:", last);
}

const hadNoTime = (written: Result<unknown>) => !written.ok && ["busy", "not_answered"].includes(written.refusal.code);
