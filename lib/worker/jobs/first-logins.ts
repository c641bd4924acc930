import { Prisma } from "../../generated/prisma/client";
import { deleteRows } from "./delete-rows";

const OVER = Prisma.sql`EXISTS (SELECT FROM sessions s WHERE s.id = session_id AND s.ended_at IS NOT NULL)`;

/** Deletes first logins whose session is over, with their unenrolled seeds. @returns how many */
export function deleteEndedFirstLogins(most = 1_000): Promise<number> {
  return deleteRows("first_logins", OVER, most);
}
