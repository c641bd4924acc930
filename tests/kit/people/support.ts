import pg from "pg";
import { lookAtActivity, lookAtKeys, lookAtMembers, type Staff } from "@/lib/support/looks";
import { makePerson } from "./people";
import { mintSession } from "./session";

/** A member of staff in a session. */
export async function makeStaff(): Promise<Staff> {
  const person = await makePerson({ staff: true, name: "Noor Haddad" });
  const { sessionId } = await mintSession(person);
  return { userId: person.userId, name: person.name, email: person.email, sessionId, address: "198.51.100.9" };
}

/** The three pages of a merchant, each opened as staff does. */
export const PAGES = {
  keys: (staff: Staff, merchantId: string) => lookAtKeys(staff, merchantId, null),
  members: (staff: Staff, merchantId: string) => lookAtMembers(staff, merchantId, null),
  activity: (staff: Staff, merchantId: string) => lookAtActivity(staff, merchantId, { before: null, group: null }),
} as const;

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
