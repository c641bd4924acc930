import { setTimeout as delay } from "node:timers/promises";
import { db } from "../db";
import { workerEnv } from "../env";
import { createLog } from "../gateway/log";
import { abandonedWaits } from "./abandoned-waits";
import { eraseOverFirstLogins } from "./first-logins";
import { forgetExpiredLimits } from "./limits";
import { keepSending } from "./outbox";
import { deleteOldRefusals, trimRefusals } from "./refusals";
import { deleteOldMails } from "./retention";
import { eraseExpiredReveals } from "./reveals";
import { eraseExpiredMoves, forgetExpiredChallenges } from "./second-factors";
import { configuredSender } from "./sender";
import { deleteOldSessions, endLapsedSessions } from "./sessions";
import { staleGateways } from "./stale-gateways";
import { logTrouble } from "./trouble";
import { deleteOldHours, rollUpMinutes } from "./usage";

const EVERY = 10_000;
const jobs = {
  endAbandonedWaits: abandonedWaits(),
  deleteStaleGateways: staleGateways(),
  eraseExpiredReveals,
  endLapsedSessions,
  eraseOverFirstLogins,
  deleteOldSessions,
  deleteOldMails,
  forgetExpiredLimits,
  forgetExpiredChallenges,
  eraseExpiredMoves,
  rollUpMinutes,
  deleteOldHours,
  trimRefusals,
  deleteOldRefusals,
};

workerEnv();
const log = createLog("info", undefined, "worker");
const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());

await Promise.all([keepHouse(), keepSending(configuredSender(), stopping.signal, log)]);
await db().$disconnect();
log.flush(() => process.exit(0));

/** Apart from the mails: a mail server that hangs must not keep an expired copy of a secret. */
async function keepHouse(): Promise<void> {
  while (!stopping.signal.aborted) {
    for (const [job, run] of Object.entries(jobs)) if (!stopping.signal.aborted) await attempt(job, run);
    // Told after every round: whoever started this process may listen later than the first.
    process.send?.("ready");
    await delay(EVERY, undefined, { signal: stopping.signal }).catch(() => {});
  }
}

/** A job that fails is tried again at the next round: whatever it left undone is still due. */
async function attempt(job: string, run: () => Promise<number>): Promise<void> {
  try {
    const count = await run();
    if (count > 0) log.info({ job, count });
  } catch (error) {
    logTrouble(log, { job }, error);
  }
}
