import type { Member } from "../access/member";
import type { GivenRole } from "../access/roles";
import { record } from "../audit/record";
import { inTransaction } from "../db";
import { type Result, refuse } from "../result";
import type { Proof } from "../two-factor/challenge";
import { openInvitation, temporaryPassword } from "./invitation";
import { authorizeInviting } from "./locked-team";

export type Invited = { email: string; temporaryPassword: string; until: string };

/** Adds a user. The answer is the same for an address that has an account as for one that has none. */
export async function inviteUser(
  member: Member,
  { email, role }: { email: string; role: GivenRole },
  proof: Proof,
): Promise<Result<Invited>> {
  const temporary = await temporaryPassword(member.userId);
  if (!temporary) return refuse({ code: "passwords_busy" });
  return inTransaction(async (tx) => {
    await authorizeInviting(tx, member, [email], proof);
    const { merchantId, userId, email: byName } = member;
    const opened = await openInvitation(tx, { merchantId, email, role, by: userId, byName }, temporary);
    await record(tx, member, "team.invited", { subjectId: opened.userId, data: { role } });
    return { email, temporaryPassword: temporary.plain, until: opened.expiresAt.toISOString() };
  });
}
