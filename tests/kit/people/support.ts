import pg from "pg";
import { z } from "zod";
import { db } from "@/lib/platform/db/db";
import { lookAtActivity, lookAtKey, lookAtKeys, lookAtMembers, lookAtRefusals, type Staff } from "@/lib/support/looks";
import { makePerson } from "./people";
import { mintSession } from "./session";

/** A member of staff in a session. */
export async function makeStaff(): Promise<Staff> {
  const person = await makePerson({ staff: true, name: "Noor Haddad" });
  const { sessionId } = await mintSession(person);
  return { userId: person.userId, name: person.name, email: person.email, sessionId, address: "198.51.100.9" };
}

/**
 * The pages of a merchant, each opened as staff does. `key` is that of its first key, if it has
 * one.
 */
export const PAGES = {
  keys: (staff: Staff, merchantId: string) => lookAtKeys(staff, merchantId, null),
  members: (staff: Staff, merchantId: string) => lookAtMembers(staff, merchantId, null),
  key: async (staff: Staff, merchantId: string) => lookAtKey(staff, merchantId, await firstKey(merchantId), "day"),
  refusals: async (staff: Staff, merchantId: string) =>
    lookAtRefusals(staff, merchantId, await firstKey(merchantId), "day"),
  activity: (staff: Staff, merchantId: string) => lookAtActivity(staff, merchantId, { before: null, group: null }),
} as const;

async function firstKey(merchantId: string): Promise<string> {
  const isId = z.guid().safeParse(merchantId).success;
  const key = isId ? await db().apiKey.findFirst({ where: { merchantId }, select: { number: true } }) : null;
  return String(key?.number ?? 1);
}

/** Runs one statement in the support desk's role, outside of its pages. */
export async function inSupportRole(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: process.env.SUPPORT_DATABASE_URL });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}
