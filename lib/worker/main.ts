import { setTimeout as delay } from "node:timers/promises";
import { consoleToLog } from "../dashboard/console-log";
import { createLog } from "../gateway/log";
import { runOutbox } from "../mail/outbox";
import { configuredSender } from "../mail/sender";
import { db } from "../platform/db/db";
import { workerEnv } from "../platform/env";
import { JOBS, runJobs } from "./run-jobs";

const EVERY = 10_000;
/**
 * After a take-over by a request no other process waits for the old key, so pages say
 * "Deactivating…" until this job has waited.
 */
const DEACTIVATIONS_EVERY = 1_000;
const { finishDeactivations, ...OTHERS } = JOBS;

workerEnv();
const log = createLog("info", undefined, "worker");
// It runs operations of the dashboard, which print what they cannot return.
consoleToLog(log);
const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());

await Promise.all([repeatJobs(), keepFinishingDeactivations(), runOutbox(configuredSender(), stopping.signal, log)]);
await db().$disconnect();
log.flush(() => process.exit(0));

/** Separate from the mails: a mail server that hangs must not delay deleting a secret's copy. */
async function repeatJobs(): Promise<void> {
  while (!stopping.signal.aborted) {
    await runJobs(OTHERS, stopping.signal, log);
    // Sent after every round, because the parent process may start to listen after the first.
    process.send?.("ready");
    await delay(EVERY, undefined, { signal: stopping.signal }).catch(() => {});
  }
}

/** Separate from the other jobs, because it must run every second. */
async function keepFinishingDeactivations(): Promise<void> {
  while (!stopping.signal.aborted) {
    await runJobs({ finishDeactivations }, stopping.signal, log);
    await delay(DEACTIVATIONS_EVERY, undefined, { signal: stopping.signal }).catch(() => {});
  }
}
