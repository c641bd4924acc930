import { setTimeout as sleep } from "node:timers/promises";
import { logBusy } from "../../platform/db/busy";
import { Busy } from "../../platform/db/database-busy";
import { db } from "../../platform/db/db";
import { sourceOf } from "../session/source";

/*
 * Promise: refused logins to an existing account are counted in one event per hour and source (by
 * the database function count_refused_login). The write happens after the response, so that it
 * delays nothing. Attacks: recognizing accounts by the response time; filling the table, and the
 * list that an Owner reads, with a row per guess. A write that fails is retried later. A process
 * that is killed loses what it had not written yet.
 */
type Noted = { subject: string; source: string; address: string | null; reasons: Record<string, number> };

const MAX = 10_000;
const RETRY_MS = 1_000;

let noted = new Map<string, Noted>();
let writing: Promise<void> | null = null;

export function recordRefusedLogin(subject: string, address: string | null, reason: string): void {
  add({ subject, source: sourceOf(address), address, reasons: { [reason]: 1 } });
  writing ??= writeAll().finally(() => {
    writing = null;
  });
}

/** Resolves when everything noted so far is written. */
export async function refusedLoginsFlushed(): Promise<void> {
  await writing;
}

function add(more: Noted): void {
  const key = `${more.subject} ${more.source}`;
  const known = noted.get(key);
  if (!known && noted.size >= MAX) return;
  const reasons = { ...known?.reasons };
  for (const [reason, times] of Object.entries(more.reasons)) reasons[reason] = (reasons[reason] ?? 0) + times;
  noted.set(key, { ...more, ...known, reasons });
}

/** Each statement writes everything that was noted while the previous one ran. */
async function writeAll(): Promise<void> {
  while (noted.size > 0) {
    const batch = [...noted.values()];
    noted = new Map();
    try {
      await write(batch);
    } catch (error) {
      if (error instanceof Busy) logBusy(error);
      else console.error("Refused logins were not recorded yet:", error);
      batch.forEach(add);
      await sleep(RETRY_MS, undefined, { ref: false });
    }
  }
}

/** Sorted, so that two dashboard processes wait for each other instead of deadlocking. */
async function write(batch: Noted[]): Promise<void> {
  await db().$executeRaw`
    SELECT count_refused_login(subject, address, source, reasons)
    FROM (SELECT * FROM jsonb_to_recordset(${JSON.stringify(batch)}::jsonb) AS r (subject uuid, address text, source text, reasons jsonb)
      ORDER BY subject, source) noted`;
}
