import { db } from "../../platform/db/db";

/** Erases what first logins left behind whose session is over: the seeds that were shown and never enrolled. @returns how many */
export function eraseOverFirstLogins(most = 1_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM first_logins WHERE session_id IN (
      SELECT s.id FROM first_logins f JOIN sessions s ON s.id = f.session_id WHERE s.ended_at IS NOT NULL LIMIT ${most})`;
}
