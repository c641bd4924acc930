import { db } from "../../platform/db/db";

/** Deletes first logins whose session is over, with their unenrolled seeds. @returns how many */
export function deleteEndedFirstLogins(most = 1_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM first_logins WHERE session_id IN (
      SELECT s.id FROM first_logins f JOIN sessions s ON s.id = f.session_id WHERE s.ended_at IS NOT NULL LIMIT ${most})`;
}
