import type { Member } from "../../access/member";
import { may, type Permission } from "../../access/permissions";
import { db } from "../../platform/db/db";
import type { Session } from "./sessions";

/** The user at a merchant, as the database has it now; null when they are no member there or their role may not. The two look the same. */
export async function findMember(
  session: Pick<Session, "userId" | "email" | "name" | "id">,
  merchantId: string,
  permission: Permission,
): Promise<Omit<Member, "address"> | null> {
  const { userId, email, name, id: sessionId } = session;
  const membership = await db().membership.findUnique({ where: { merchantId_userId: { merchantId, userId } }, select: { role: true } });
  if (!membership || !may(membership.role, permission)) return null;
  return { userId, email, name, sessionId, merchantId, role: membership.role };
}
