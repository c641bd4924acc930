import { expect, test } from "vitest";
import { GET } from "@/app/api/second-factor/route";
import { secondFactorOf } from "@/lib/identity/second-factor/second-factor";
import { db } from "@/lib/platform/db/db";
import { incoming } from "../../kit/next-headers";
import { asDatabaseOwner } from "../../kit/people/api-keys";
import { makeOwner, makePerson } from "../../kit/people/people";
import { mintSession } from "../../kit/people/session";

const nowSeconds = async () =>
  Number((await asDatabaseOwner("SELECT extract(epoch FROM clock_timestamp())::float8 AS at"))[0]?.at);

test("says for how many seconds a used code is still shown, and nothing where it was not used", async () => {
  const { userId } = await makePerson();
  expect((await secondFactorOf(userId)).usedForMs).toBe(0);
  const step = Math.floor((await nowSeconds()) / 30) + 1;
  await asDatabaseOwner("UPDATE totp_devices SET last_step = $2 WHERE user_id = $1", [userId, step]);
  const { usedForMs } = await secondFactorOf(userId);
  expect(usedForMs).toBeGreaterThan(0);
  expect(usedForMs).toBeLessThanOrEqual(60_000);
});

test("reports a lock of step-up codes, not of login codes, and the names of passkeys", async () => {
  const { userId } = await makePerson();
  const lockedUntil = new Date(Date.now() + 60_000);
  await db().codeAttempt.create({
    data: { userId, purpose: "login", failures: 5, lockedUntil },
    select: { userId: true },
  });
  expect(await secondFactorOf(userId)).toMatchObject({ lock: null, passkeys: [] });
  await db().codeAttempt.create({
    data: { userId, purpose: "step_up", failures: 5, lockedUntil },
    select: { userId: true },
  });
  const passkey =
    "INSERT INTO passkeys (user_id, credential_id, public_key, name) VALUES ($1, $2, '\\x00', 'Office laptop')";
  await asDatabaseOwner(passkey, [userId, userId]);
  expect(await secondFactorOf(userId)).toMatchObject({
    lock: { code: "codes_locked", until: lockedUntil.toISOString() },
    passkeys: ["Office laptop"],
  });
});

test("a device that is disabled or gone is reported as disabled", async () => {
  const { userId } = await makePerson();
  await db().codeAttempt.create({
    data: { userId, purpose: "step_up", failuresWithoutSuccess: 50 },
    select: { userId: true },
  });
  expect((await secondFactorOf(userId)).lock).toEqual({ code: "codes_disabled" });
  const { userId: without } = await makePerson({ device: false });
  expect((await secondFactorOf(without)).lock).toEqual({ code: "codes_disabled" });
});

test("answers a logged-in user only about themselves, and does not count as a use of the session", async () => {
  const owner = await makeOwner();
  incoming.cookies = new Map();
  expect((await GET()).status).toBe(401);
  const { sessionId, cookie } = await mintSession(owner);
  await asDatabaseOwner("UPDATE sessions SET seen_at = now() - interval '14 minutes' WHERE id = $1", [sessionId]);
  incoming.cookies = new Map([[cookie.name, { value: cookie.value }]]);
  const answer = await GET();
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await answer.json()).toEqual({ ok: true, value: { lock: null, passkeys: [], usedForMs: 0 } });
  const [session] = await asDatabaseOwner(
    "SELECT seen_at < now() - interval '13 minutes' AS untouched FROM sessions WHERE id = $1",
    [sessionId],
  );
  expect(session).toEqual({ untouched: true });
});
