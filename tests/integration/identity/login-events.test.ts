import { expect, test } from "vitest";
import { recordRefusedLogin, refusedLoginsFlushed } from "@/lib/identity/login/refused-logins";
import { db } from "@/lib/platform/db/db";
import { wordsOf } from "@/lib/words/audit/words";
import { asOwner } from "../../kit/people/owner";
import { makePerson, type Person } from "../../kit/people/people";

type Stored = { id: bigint; address: string | null; data: unknown };

const eventsOf = async ({ userId }: Person): Promise<Stored[]> => {
  await refusedLoginsFlushed();
  return db().auditEvent.findMany({
    where: { event: "login.refused", subjectId: userId },
    orderBy: { id: "asc" },
    select: { id: true, address: true, data: true },
  });
};
const reasonsIn = ({ data }: Stored): unknown => Object(data).reasons;
const times = (count: number, work: (n: number) => void) => Array.from({ length: count }, (_, n) => work(n));

test("a thousand refused logins from one source are one event, which counts them by their reasons", async () => {
  const person = await makePerson();
  times(990, () => recordRefusedLogin(person.userId, "203.0.113.9", "password"));
  await refusedLoginsFlushed();
  times(10, () => recordRefusedLogin(person.userId, "203.0.113.9", "code_wrong"));
  const events = await eventsOf(person);
  expect(events.map(reasonsIn)).toEqual([{ password: 990, code_wrong: 10 }]);
  expect(events[0]?.address).toBe("203.0.113.9");
});

test("another source, another user and another hour have their own events", async () => {
  const [person, other] = [await makePerson(), await makePerson()];
  recordRefusedLogin(person.userId, "203.0.113.9", "password");
  recordRefusedLogin(person.userId, "203.0.113.10", "password");
  recordRefusedLogin(other.userId, "203.0.113.9", "password");
  expect((await eventsOf(person)).map(reasonsIn)).toEqual([{ password: 1 }, { password: 1 }]);
  expect((await eventsOf(other)).map(reasonsIn)).toEqual([{ password: 1 }]);
  await asOwner(`UPDATE audit_events SET data = data || '{"hour": "2026-01-01T00"}' WHERE subject_id = $1`, [
    person.userId,
  ]);
  recordRefusedLogin(person.userId, "203.0.113.9", "password");
  expect(await eventsOf(person)).toHaveLength(3);
});

test("a thousand addresses of one IPv6 network are one source", async () => {
  const person = await makePerson();
  times(1_000, (n) => recordRefusedLogin(person.userId, `2001:db8:0:7::${(n + 1).toString(16)}`, "password"));
  expect((await eventsOf(person)).map(reasonsIn)).toEqual([{ password: 1_000 }]);
});

test("two dashboards that count at once lose nothing: one waits for the other", async () => {
  const people = await Promise.all(Array.from({ length: 10 }, () => makePerson()));
  const rows = people.map(({ userId }) => ({
    subject: userId,
    source: "203.0.113.0",
    address: null,
    reasons: { password: 1 },
  }));
  const count = (list: typeof rows) =>
    db().$executeRaw`SELECT count_refused_login(subject, address, source, reasons)
      FROM jsonb_to_recordset(${JSON.stringify(list)}::jsonb) AS r (subject uuid, address text, source text, reasons jsonb)`;
  await Promise.all(Array.from({ length: 20 }, () => count(rows)));
  for (const person of people) expect((await eventsOf(person)).map(reasonsIn)).toEqual([{ password: 20 }]);
});

test("the function that counts changes no other event, accepts no other data, and only the dashboard may call it", async () => {
  const person = await makePerson();
  const count = (reasons: string) =>
    db().$executeRaw`SELECT count_refused_login(${person.userId}::uuid, NULL, 'x', ${reasons}::jsonb)`;
  for (const reasons of [
    '{"the password was hunter2": 1}',
    '{"password": "hunter2"}',
    '{"password": -1}',
    '["password"]',
    "null",
  ])
    await expect(count(reasons)).rejects.toThrow();
  expect(await eventsOf(person)).toEqual([]);
  const [may] = await asOwner(
    "SELECT has_function_privilege('countersign_support', 'count_refused_login(uuid, text, text, jsonb)', 'execute') AS support",
    [],
  );
  expect(may).toEqual({ support: false });
});

test("the activity list shows how often, why, and when last", () => {
  const told = (data: Record<string, unknown>) =>
    wordsOf("login.refused", { key: "", person: "mara@acme.example", data });
  const once = told({ reasons: { password: 1 }, last: "2026-11-29T14:52:07Z" });
  expect([once.what, ...(once.detail ?? [])].join(" | ")).not.toMatch(/times|last/i);
  const often = told({ reasons: { password: 12, code_wrong: 1 }, last: "2026-11-29T14:52:07Z" });
  expect(often.what).toContain("13 times");
  expect(String(often.detail)).toMatch(/\(12 times\).*14:52 UTC/);
});
