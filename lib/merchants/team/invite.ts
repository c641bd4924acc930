import type { Member } from "../../access/member";
import type { AssignableRole } from "../../access/roles";
import { record } from "../../audit/record";
import type { Proof } from "../../identity/second-factor/challenge";
import { inTransaction, type Tx } from "../../platform/db/db";
import type { UserId } from "../../platform/ids";
import { type Result, RollbackWith, refuse } from "../../platform/result";
import { openInvitation, type TemporaryPassword, temporaryPassword } from "./invitation";
import { authorizeInviting } from "./locked-team";

export type Invited = { email: string; temporaryPassword: string; until: string };

/** Who was added, and who is already a member. Members do not stop the others from being added. */
export type Added = { invited: Invited[]; members: string[] };

type Wanted = { emails: string[]; role: AssignableRole };

/**
 * Adds users. The result is the same whether an address has an account or not. If all of them are
 * already members, everything is rolled back and the code is not used up.
 */
export async function inviteUsers(member: Member, { emails, role }: Wanted, proof: Proof): Promise<Result<Added>> {
  // Sorted, so that two merchants that add the same people lock them in the same order.
  const sorted = [...emails].sort();
  const temporary = await temporaryPasswords(member.userId, sorted.length);
  if (!temporary) return refuse({ code: "passwords_busy" });
  return inTransaction(async (tx) => {
    await authorizeInviting(tx, member, sorted, proof);
    const added = new Map<string, Invited>();
    for (const [index, password] of temporary.entries()) {
      const invited = await invite(tx, member, sorted[index] as string, role, password);
      if (invited) added.set(invited.email, invited);
    }
    const members = emails.filter((email) => !added.has(email));
    if (added.size === 0) throw new RollbackWith(tx, { code: "already_member", emails: members });
    return { invited: emails.flatMap((email) => added.get(email) ?? []), members };
  });
}

/** Returns null for a member. */
async function invite(
  tx: Tx,
  member: Member,
  email: string,
  role: AssignableRole,
  password: TemporaryPassword,
): Promise<Invited | null> {
  const { merchantId, userId: by, email: byName } = member;
  const opened = await openInvitation(tx, { merchantId, email, role, by, byName }, password);
  if (!opened) return null;
  await record(tx, member, "team.invited", { subjectId: opened.userId, data: { role } });
  return { email, temporaryPassword: password.plain, until: opened.expiresAt.toISOString() };
}

/** Made one by one, so that they need one place in the hashing queue. Null if that is full. */
async function temporaryPasswords(userId: UserId, count: number): Promise<TemporaryPassword[] | null> {
  const made: TemporaryPassword[] = [];
  while (made.length < count) {
    const password = await temporaryPassword(userId);
    if (!password) return null;
    made.push(password);
  }
  return made;
}
