import { setTimeout as sleep } from "node:timers/promises";
import { withTimeout } from "../../platform/with-timeout";
import type { Usage, Write } from "./usage";

const FLUSH_MS = 2_000;
/** Between two writes, however much there is to see. */
const SPACING_MS = 200;
const LAST_TRIES = 3;
const BETWEEN_LAST_TRIES_MS = 250;
/** The longest that a silent database delays the end of the process. */
const LAST_MS = 5_000;

export type Flushing = { stop(): Promise<void> };

/**
 * Writes usage every 2 s, one statement at a time, and once more when stopped. Rows whose write
 * fails are written in the next round.
 */
export function startFlushing(
  usage: Pick<Usage, "flush" | "news">,
  write: Write,
  failed: (error: unknown) => void,
): Flushing {
  const stopping = new AbortController();
  const { signal } = stopping;
  const flushed = () =>
    usage.flush(write).then(
      () => true,
      (error: unknown) => {
        failed(error);
        return false;
      },
    );
  const running = (async () => {
    while (!signal.aborted) {
      await usage.news.within(FLUSH_MS, signal);
      usage.news.forget();
      if (!signal.aborted) await flushed();
      await sleep(SPACING_MS, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await withTimeout(LAST_MS, lastly());
    },
  };

  async function lastly() {
    await running;
    for (let left = LAST_TRIES; left > 0 && !(await flushed()); left--) await sleep(BETWEEN_LAST_TRIES_MS);
  }
}
