import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { beginSession, readSession } from "@/lib/identity/session/sessions";
import { transaction } from "@/lib/platform/db/db";
import { forgetExpiredLimits } from "@/lib/worker/jobs/limits";
import { eraseExpiredReveals } from "@/lib/worker/jobs/reveals";
import { deleteOldSessions, endLapsedSessions } from "@/lib/worker/jobs/sessions";
import { changeKeys } from "../../kit/people/key-changes";
import { makeOwner, type Owner } from "../../kit/people/people";

const owner = new pg.Client({ connectionString: process.env.DATABASE_URL });
let person: Owner;
beforeAll(async () => {
  await owner.connect();
  person = await makeOwner();
});
afterAll(() => owner.end());
beforeEach(() =>
  owner.query("DELETE FROM reveals; DELETE FROM sessions; DELETE FROM rate_limits; DELETE FROM audit_events"),
);

const idsOf = async (sql: string) => (await owner.query(sql)).rows.map(({ id }) => id as string);

describe("copies of first secrets", () => {
  async function makeReveal(expiry: string): Promise<string> {
    const [key] = await changeKeys<{ id: string }>(
      "INSERT INTO api_keys (merchant_id, key) VALUES ($1, $2) RETURNING id",
      [person.merchantId, randomBytes(16).toString("hex")],
    );
    const id = key?.id as string;
    await owner.query(
      `INSERT INTO reveals (key_id, ticket_hash, parameters_hash, user_id, session_id, sealed_copy, expires_at)
       VALUES ($1, $2, '\\x00', $3, $4, '\\x00', now() + $5::interval)`,
      [id, randomBytes(32), person.userId, person.member.sessionId, expiry],
    );
    return id;
  }

  test("are deleted after 120 seconds, and not before", async () => {
    const [, current] = [await makeReveal("-1 ms"), await makeReveal("1 minute")];
    expect(await eraseExpiredReveals()).toBe(1);
    expect(await idsOf("SELECT key_id AS id FROM reveals")).toEqual([current]);
  });

  test("one that a retry has locked is skipped, and does not delay the others", async () => {
    const held = await makeReveal("-1 minute");
    await makeReveal("-1 minute");
    await owner.query("BEGIN");
    await owner.query("SELECT 1 FROM reveals WHERE key_id = $1 FOR UPDATE", [held]);
    expect(await eraseExpiredReveals()).toBe(1);
    await owner.query("ROLLBACK");
    expect(await idsOf("SELECT key_id AS id FROM reveals")).toEqual([held]);
  });
});

describe("sessions", () => {
  const begin = async (change = "seen_at = now()") => {
    const { id } = await transaction((tx) =>
      beginSession(tx, { userId: person.userId, address: null, userAgent: null }),
    );
    await owner.query(`UPDATE sessions SET ${change} WHERE id = $1`, [id]);
    return id;
  };

  test.each(["seen_at = now() - interval '15 minutes 1 s'", "expires_at = now() - interval '1 s'"])(
    "an expired one (%s) is ended, with an event",
    async (change) => {
      const [lapsed, live] = [await begin(change), await begin()];
      expect(await readSession(lapsed)).toBeNull();
      expect(await endLapsedSessions()).toBe(1);
      expect(await idsOf("SELECT id FROM sessions WHERE ended_reason = 'lapsed'")).toEqual([lapsed]);
      expect(
        await idsOf(
          "SELECT session_id AS id FROM audit_events WHERE event = 'session.ended' AND actor_kind = 'system'",
        ),
      ).toEqual([lapsed]);
      expect(await readSession(live)).not.toBeNull();
    },
  );

  test("one with a second left is not ended", async () => {
    await begin("seen_at = now() - interval '14 minutes 55 s', expires_at = now() + interval '5 s'");
    expect(await endLapsedSessions()).toBe(0);
  });

  test("of two concurrent workers one ends a session, and its event is written once", async () => {
    await begin("expires_at = now() - interval '1 s'");
    const counts = await Promise.all([endLapsedSessions(), endLapsedSessions()]);
    expect(counts.sort()).toEqual([0, 1]);
    expect(await idsOf("SELECT session_id AS id FROM audit_events WHERE event = 'session.ended'")).toHaveLength(1);
  });

  test("an ended one is kept for 30 days, then deleted; its events are not", async () => {
    const kept = await begin("ended_at = now() - interval '29 days'");
    await begin("ended_at = now() - interval '30 days 1 s'");
    expect(await deleteOldSessions()).toBe(1);
    expect(await idsOf("SELECT id FROM sessions")).toEqual([kept]);
    expect(await idsOf("SELECT session_id AS id FROM audit_events WHERE event = 'session.began'")).toHaveLength(2);
  });
});

test("a counter that is still in use is not deleted", async () => {
  await owner.query("INSERT INTO rate_limits VALUES ('over', 9, $1), ('counting', 9, $2), ('for ever', 9, NULL)", [
    Date.now() - 1_000,
    Date.now() + 60_000,
  ]);
  expect(await forgetExpiredLimits()).toBe(1);
  expect(await idsOf("SELECT key AS id FROM rate_limits ORDER BY key")).toEqual(["counting", "for ever"]);
});
