import type { Logger } from "pino";
import { logFailure } from "../mail/log-failure";
import { finishDeactivations } from "./jobs/deactivations";
import { deleteEndedFirstLogins } from "./jobs/first-logins";
import { forgetExpiredLimits } from "./jobs/limits";
import { deleteOldRefusals, trimRefusals } from "./jobs/refusals";
import { deleteOldMails } from "./jobs/retention";
import { eraseExpiredReveals } from "./jobs/reveals";
import { expireRotations } from "./jobs/rotations";
import { eraseExpiredMoves, forgetExpiredChallenges } from "./jobs/second-factors";
import { reportSentSecrets } from "./jobs/sent-secrets";
import { deleteOldSessions, endLapsedSessions } from "./jobs/sessions";
import { staleGateways } from "./jobs/stale-gateways";
import { deleteOldDays, deleteOldHours, deleteOldSources, rollUpUsage } from "./jobs/usage";

/** Processes up to `most` rows and returns how many it did. If it did `most`, more may be left. */
export type Job = { run(most: number): Promise<number>; most: number };

export const JOBS = {
  tellSentSecrets: { run: reportSentSecrets, most: 100 },
  finishDeactivations: { run: finishDeactivations(), most: 1_000 },
  deleteStaleGateways: { run: staleGateways(), most: Number.POSITIVE_INFINITY },
  expireRotations: { run: expireRotations, most: 100 },
  eraseExpiredReveals: { run: eraseExpiredReveals, most: 1_000 },
  endLapsedSessions: { run: endLapsedSessions, most: 200 },
  eraseOverFirstLogins: { run: deleteEndedFirstLogins, most: 1_000 },
  deleteOldSessions: { run: deleteOldSessions, most: 1_000 },
  deleteOldMails: { run: deleteOldMails, most: 1_000 },
  forgetExpiredLimits: { run: forgetExpiredLimits, most: 1_000 },
  forgetExpiredChallenges: { run: forgetExpiredChallenges, most: 1_000 },
  eraseExpiredMoves: { run: eraseExpiredMoves, most: 1_000 },
  rollUpUsage: { run: rollUpUsage, most: 10_000 },
  deleteOldSources: { run: deleteOldSources, most: 10_000 },
  deleteOldHours: { run: deleteOldHours, most: 10_000 },
  deleteOldDays: { run: deleteOldDays, most: 10_000 },
  trimRefusals: { run: trimRefusals(), most: 10_000 },
  deleteOldRefusals: { run: deleteOldRefusals, most: 10_000 },
} satisfies Record<string, Job>;

/**
 * Runs every job, and all of them again at once as long as one may have left rows. So no table
 * fills up if more rows arrive in ten seconds than one run deletes, and no job delays the others.
 */
export async function runJobs(jobs: Record<string, Job>, stopping: AbortSignal, log: Logger): Promise<void> {
  for (let left = true; left && !stopping.aborted; ) {
    left = false;
    for (const [job, cleanUp] of Object.entries(jobs)) {
      if (!stopping.aborted && (await mayHaveLeft(job, cleanUp, log))) left = true;
    }
  }
}

/** A job that fails runs again in the next round; its work is still due then. */
async function mayHaveLeft(job: string, { run, most }: Job, log: Logger): Promise<boolean> {
  try {
    const count = await run(most);
    if (count > 0) log.info({ job, count });
    return count >= most;
  } catch (error) {
    logFailure(log, { job }, error);
    return false;
  }
}
