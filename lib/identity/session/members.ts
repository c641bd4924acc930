import type { Member } from "../../access/member";
import { may, type Permission } from "../../access/permissions";
import { db } from "../../platform/db/db";
import type { MerchantId } from "../../platform/ids";
import type { Session } from "./sessions";

/**
 * The user as a member of a merchant, freshly read. Null if they are not a member or their role
 * lacks the permission: a caller cannot tell the two apart.
 */
export async function findMember(
  session: Pick<Session, "userId" | "email" | "name" | "id">,
  merchantId: MerchantId,
  permission: Permission,
): Promise<Omit<Member, "address"> | null> {
  const { userId, email, name, id: sessionId } = session;
  const membership = await db().membership.findUnique({
    where: { merchantId_userId: { merchantId, userId } },
    select: { role: true },
  });
  if (!membership || !may(membership.role, permission)) return null;
  return { userId, email, name, sessionId, merchantId, role: membership.role };
}
