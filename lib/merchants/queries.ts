import { cache } from "react";
import { isOwner, isRestricted, type Role } from "../access/roles";
import { db } from "../db";

export type Mode = "live" | "test";
export type ListedMerchant = { id: string; name: string; number: number; mode: Mode; role: Role };

/** The merchants a user is let in to, by name. Where the role is Restricted they are not listed. */
export async function listMerchants(userId: string): Promise<ListedMerchant[]> {
  const memberships = await db().membership.findMany({
    where: { userId },
    select: { role: true, merchant: { select: { id: true, name: true, number: true, mode: true } } },
    orderBy: [{ merchant: { name: "asc" } }, { merchant: { number: "asc" } }],
  });
  return memberships.filter(({ role }) => !isRestricted(role)).map(({ role, merchant }) => ({ ...merchant, role }));
}

export type MerchantHead = { name: string; number: number; mode: Mode };

/** Read once a request: head, title and page ask for it. */
export const merchantHead = cache(
  (merchantId: string): Promise<MerchantHead> =>
    db().merchant.findUniqueOrThrow({ where: { id: merchantId }, select: { name: true, number: true, mode: true } }),
);

export type Owner = { userId: string; email: string; since: string };
export type Overview = { mode: Mode; since: string; people: number; owners: Owner[]; memberSince: string };

/** What every member may know of a merchant. People whose login is disabled are not counted. */
export async function merchantOverview(merchantId: string, userId: string): Promise<Overview> {
  const { mode, createdAt, memberships } = await db().merchant.findUniqueOrThrow({
    where: { id: merchantId },
    select: {
      mode: true,
      createdAt: true,
      memberships: {
        where: { user: { disabledAt: null } },
        select: { userId: true, role: true, createdAt: true, user: { select: { email: true } } },
        orderBy: [{ createdAt: "asc" }, { user: { email: "asc" } }],
      },
    },
  });
  const own = memberships.find((membership) => membership.userId === userId);
  return {
    mode,
    since: createdAt.toISOString(),
    people: memberships.length,
    owners: memberships.filter(({ role }) => isOwner(role)).map(toOwner),
    memberSince: (own?.createdAt ?? createdAt).toISOString(),
  };
}

const toOwner = ({ userId, createdAt, user }: { userId: string; createdAt: Date; user: { email: string } }): Owner => ({
  userId,
  email: user.email,
  since: createdAt.toISOString(),
});
