import { Prisma } from "../../generated/prisma/client";
import { deleteRows } from "./delete-rows";

/** Deletes mails 30 days after they were sent, or 90 days after giving up. @returns how many */
export function deleteOldMails(most = 1_000): Promise<number> {
  const old = Prisma.sql`sent_at <= now() - interval '30 days' OR given_up_at <= now() - interval '90 days'`;
  return deleteRows("outbox", old, most);
}
