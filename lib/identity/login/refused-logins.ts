import { setTimeout as sleep } from "node:timers/promises";
import { logBusy } from "../../platform/db/busy";
import { Busy } from "../../platform/db/database-busy";
import { db } from "../../platform/db/db";
import { sourceOf } from "../session/source";

/*
 * Promise: a refused login of somebody who has an account is counted in one event an hour and source
 * (the database's function count_refused_login), after its answer: that there is something to write
 * delays nothing. Attacks: telling accounts by the time an answer takes; filling the table, and the
 * list that an Owner reads, with a row for each guess. What cannot be written now is written later;
 * a process that is killed loses what it had not written.
 */
type Noted = { subject: string; source: string; address: string | null; reasons: Record<string, number> };

const MOST = 10_000;
const RETRY_MS = 1_000;

let noted = new Map<string, Noted>();
let writing: Promise<void> | null = null;

export function noteRefusedLogin(subject: string, address: string | null, reason: string): void {
  add({ subject, source: sourceOf(address), address, reasons: { [reason]: 1 } });
  writing ??= writeAll().finally(() => {
    writing = null;
  });
}

/** Resolves once everything noted is written. */
export async function refusedLoginsWritten(): Promise<void> {
  await writing;
}

function add(more: Noted): void {
  const key = `${more.subject} ${more.source}`;
  const known = noted.get(key);
  if (!known && noted.size >= MOST) return;
  const reasons = { ...known?.reasons };
  for (const [reason, times] of Object.entries(more.reasons)) reasons[reason] = (reasons[reason] ?? 0) + times;
  noted.set(key, { ...more, ...known, reasons });
}

/** One statement for all that was noted while the one before it was under way. */
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

/** In one order, so that two dashboards wait for each other. */
async function write(batch: Noted[]): Promise<void> {
  await db().$executeRaw`
    SELECT count_refused_login(subject, address, source, reasons)
    FROM (SELECT * FROM jsonb_to_recordset(${JSON.stringify(batch)}::jsonb) AS r (subject uuid, address text, source text, reasons jsonb)
      ORDER BY subject, source) noted`;
}
