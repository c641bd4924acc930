import { setTimeout as delay } from "node:timers/promises";
import { db } from "../db";
import { workerEnv } from "../env";
import { createLog } from "../gateway/log";
import { CLEAN_UPS, catchUp } from "./clean-ups";
import { keepSending } from "./outbox";
import { configuredSender } from "./sender";

const EVERY = 10_000;
/** A page says "Deactivating…" until then, after a take-over by a request each time. */
const WAITS_EVERY = 1_000;
const { endAbandonedWaits, ...OTHERS } = CLEAN_UPS;

workerEnv();
const log = createLog("info", undefined, "worker");
const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());

await Promise.all([keepHouse(), keepEndingWaits(), keepSending(configuredSender(), stopping.signal, log)]);
await db().$disconnect();
log.flush(() => process.exit(0));

/** Apart from the mails: a mail server that hangs must not keep an expired copy of a secret. */
async function keepHouse(): Promise<void> {
  while (!stopping.signal.aborted) {
    await catchUp(OTHERS, stopping.signal, log);
    // Told after every round: whoever started this process may listen later than the first.
    process.send?.("ready");
    await delay(EVERY, undefined, { signal: stopping.signal }).catch(() => {});
  }
}

/** Apart from all else: what it waits for is a matter of a second. */
async function keepEndingWaits(): Promise<void> {
  const jobs: typeof CLEAN_UPS = endAbandonedWaits ? { endAbandonedWaits } : {};
  while (!stopping.signal.aborted) {
    await catchUp(jobs, stopping.signal, log);
    await delay(WAITS_EVERY, undefined, { signal: stopping.signal }).catch(() => {});
  }
}
