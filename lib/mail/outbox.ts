import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { claim, type Due } from "./claim";
import { deliver, type Send } from "./deliver";
import { logFailure } from "./log-failure";

/** How many mails are sent at once, so that a few that hang do not delay the others. */
const AT_ONCE = 5;
const IDLE_MS = 1_000;
const TROUBLE_MS = 5_000;

/** Sends due mails until stopped, then finishes those in progress. Many workers can run this. */
export async function runOutbox(send: Send, stopping: AbortSignal, log: Logger): Promise<void> {
  const inProgress = new Set<Promise<void>>();
  const begin = (mail: Due) => {
    const delivery = deliver(mail, send, log)
      .catch((error: unknown) => logFailure(log, { job: "outbox", mail: mail.id }, error))
      .finally(() => inProgress.delete(delivery));
    inProgress.add(delivery);
  };
  while (!stopping.aborted) {
    const next = inProgress.size < AT_ONCE ? await claimed(log) : null;
    if (next === "trouble") await pause(TROUBLE_MS, stopping);
    else if (next) begin(next);
    else if (inProgress.size === AT_ONCE) await Promise.race(inProgress);
    else await pause(IDLE_MS, stopping);
  }
  await Promise.all(inProgress);
}

async function claimed(log: Logger): Promise<Due | null | "trouble"> {
  try {
    return await claim();
  } catch (error) {
    logFailure(log, { job: "outbox" }, error);
    return "trouble";
  }
}

const pause = (milliseconds: number, signal: AbortSignal) => delay(milliseconds, undefined, { signal }).catch(() => {});
