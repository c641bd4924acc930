import { expect, test } from "vitest";
import { beginSession, endingOf, endSession, readSession } from "@/lib/identity/session/sessions";
import { db, transaction } from "@/lib/platform/db/db";
import { endLapsedSessions } from "@/lib/worker/jobs/sessions";
import { makePerson } from "../../kit/people/people";
import { mintSession } from "../../kit/people/session";

async function begun() {
  const person = await makePerson({ name: "Ivo Brandt" });
  return { person, id: (await mintSession(person)).sessionId };
}

/** Moves a time of the row into the past, on the database's clock. */
const age = (id: string, column: "seen_at" | "expires_at", by: string) =>
  db().$executeRawUnsafe(`UPDATE sessions SET ${column} = ${column} - interval '${by}' WHERE id = $1::uuid`, id);

const seenSecondsAgo = async (id: string) => {
  const rows = await db().$queryRaw<
    { s: number }[]
  >`SELECT extract(epoch FROM now() - seen_at)::float8 AS s FROM sessions WHERE id = ${id}::uuid`;
  return rows[0]?.s ?? Number.NaN;
};

const eventsOf = (sessionId: string) =>
  db().auditEvent.findMany({
    where: { sessionId },
    orderBy: { id: "asc" },
    select: { event: true, data: true, actorId: true },
  });

test("a session returns its user as they are in the database now, without the password or the seed", async () => {
  const { person, id } = await begun();
  expect(await readSession(id)).toEqual({
    id,
    userId: person.userId,
    email: person.email,
    name: "Ivo Brandt",
    staffRole: null,
    stage: "full",
  });
  await db().user.update({ where: { id: person.userId }, data: { name: "Ivo B." }, select: { id: true } });
  expect((await readSession(id))?.name).toBe("Ivo B.");
});

test("a session is refused after 15 minutes without use", async () => {
  const { id } = await begun();
  await age(id, "seen_at", "14 minutes 58 seconds");
  expect(await readSession(id)).not.toBeNull();
  await age(id, "seen_at", "3 seconds");
  expect(await readSession(id)).toBeNull();
  expect(await endingOf(id)).toBe("idle");
});

test("an idle session is refused even when the request would have counted as a use", async () => {
  const { id } = await begun();
  await age(id, "seen_at", "16 minutes");
  expect(await readSession(id, { touch: true })).toBeNull();
  expect(await readSession(id)).toBeNull();
});

test("a session is refused after 12 hours, however much it is used", async () => {
  const { id } = await begun();
  await age(id, "expires_at", "11 hours 59 minutes 50 seconds");
  expect(await readSession(id, { touch: true })).not.toBeNull();
  await age(id, "expires_at", "11 seconds");
  expect(await readSession(id, { touch: true })).toBeNull();
  expect(await endingOf(id)).toBe("expired");
});

test("the reason a session lapsed stays the same once the worker has ended it", async () => {
  const [{ id: idle }, { id: old }] = [await begun(), await begun()];
  await age(idle, "seen_at", "16 minutes");
  await age(old, "expires_at", "13 hours");
  await endLapsedSessions();
  expect([await endingOf(idle), await endingOf(old)]).toEqual(["idle", "expired"]);
});

test("a session that was ended is refused at once, and ending it again changes nothing", async () => {
  const { person, id } = await begun();
  await endSession(id, "logged_out", null);
  expect(await readSession(id)).toBeNull();
  expect(await endingOf(id)).toBe("elsewhere");
  await endSession(id, "disabled", null);
  const row = await db().session.findUniqueOrThrow({ where: { id }, select: { endedReason: true } });
  expect(row.endedReason).toBe("logged_out");
  expect(await eventsOf(id)).toEqual([
    { event: "session.began", data: {}, actorId: person.userId },
    { event: "session.ended", data: { reason: "logged_out" }, actorId: person.userId },
  ]);
});

test("a disabled user is refused with every session they have", async () => {
  const { person, id } = await begun();
  const { sessionId: other } = await mintSession(person);
  await db().user.update({ where: { id: person.userId }, data: { disabledAt: new Date() }, select: { id: true } });
  expect(await readSession(id)).toBeNull();
  expect(await readSession(other)).toBeNull();
});

test("ending one session leaves the others", async () => {
  const { person, id } = await begun();
  const { sessionId: other } = await mintSession(person);
  await endSession(id, "replaced", null);
  expect((await readSession(other))?.id).toBe(other);
});

test("a use is recorded at most once a minute, and only where it is asked for", async () => {
  const { id } = await begun();
  await age(id, "seen_at", "30 seconds");
  await readSession(id, { touch: true });
  expect(await seenSecondsAgo(id)).toBeGreaterThan(29);
  await age(id, "seen_at", "60 seconds");
  await readSession(id);
  expect(await seenSecondsAgo(id)).toBeGreaterThan(89);
  await readSession(id, { touch: true });
  expect(await seenSecondsAgo(id)).toBeLessThan(30);
});

test("a session that does not exist is refused", async () => {
  expect(await readSession("00000000-0000-4000-8000-000000000000", { touch: true })).toBeNull();
  expect(await endingOf("00000000-0000-4000-8000-000000000000")).toBeNull();
});

test("an overlong user agent is truncated, not refused", async () => {
  const { person } = await begun();
  const { id } = await transaction((tx) =>
    beginSession(tx, { userId: person.userId, address: null, userAgent: "x".repeat(5_000) }),
  );
  const row = await db().session.findUniqueOrThrow({ where: { id }, select: { userAgent: true } });
  expect(row.userAgent).toHaveLength(300);
});
