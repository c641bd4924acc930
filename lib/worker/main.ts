import { setTimeout as delay } from "node:timers/promises";
import pino from "pino";
import { db } from "../db";
import { workerEnv } from "../env";
import { CLEAN_UPS, catchUp } from "./clean-ups";
import { keepSending } from "./outbox";
import { configuredSender } from "./sender";

const EVERY = 10_000;

workerEnv();
const log = pino({ base: { process: "worker" } });
const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());

await Promise.all([keepHouse(), keepSending(configuredSender(), stopping.signal, log)]);
await db().$disconnect();
process.exit(0);

/** Apart from the mails: a mail server that hangs must not keep an expired copy of a secret. */
async function keepHouse(): Promise<void> {
  while (!stopping.signal.aborted) {
    await catchUp(CLEAN_UPS, stopping.signal, log);
    await delay(EVERY, undefined, { signal: stopping.signal }).catch(() => {});
  }
}
