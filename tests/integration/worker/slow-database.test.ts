import { afterAll, beforeAll, expect, test } from "vitest";
import { endSessionsOf } from "@/lib/identity/session/sessions";
import { db, transaction } from "@/lib/platform/db/db";
import { endLapsedSessions } from "@/lib/worker/jobs/sessions";
import { startTcpProxy, type TcpProxy } from "../../kit/network/tcp-proxy";
import { asOwner } from "../../kit/people/owner";
import { makePerson } from "../../kit/people/people";

/*
 * A change of many rows takes few statements: with one for each row, a slow database would cancel
 * the transaction, and the next try would be cancelled at the same place.
 */
let proxy: TcpProxy;
beforeAll(async () => {
  const url = new URL(process.env.APP_DATABASE_URL ?? "");
  proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
  process.env.APP_DATABASE_URL = proxy.through(url.href);
  await db().$queryRaw`SELECT 1`;
  proxy.delay("down", 100);
});
afterAll(async () => {
  await db().$disconnect();
  await proxy.close();
});

const MANY = 200;
async function withSessions(expiry: string) {
  const { userId } = await makePerson();
  await asOwner(
    `INSERT INTO sessions (id, user_id, expires_at) SELECT gen_random_uuid(), $1, now() + $2::interval FROM generate_series(1, $3)`,
    [userId, expiry, MANY],
  );
  return userId;
}
/** Tried again if this process stood still for so long that the server ended its transaction. */
async function tried(work: () => Promise<number>): Promise<number> {
  for (let left = 4; ; left--)
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
    }
}

const eventsAbout = (subjectId: string) => db().auditEvent.count({ where: { subjectId, event: "session.ended" } });

test("200 expired sessions are ended, each with its event, though each statement takes a tenth of a second", async () => {
  const userId = await withSessions("-1 s");
  expect(await tried(endLapsedSessions)).toBe(MANY);
  expect(await eventsAbout(userId)).toBe(MANY);
});

test("so are the 200 sessions of a user who is disabled", async () => {
  const userId = await withSessions("1 hour");
  const end = () => transaction((tx) => endSessionsOf(tx, userId, { reason: "disabled" }));
  expect(await tried(end)).toBe(MANY);
  expect(await eventsAbout(userId)).toBe(MANY);
});
