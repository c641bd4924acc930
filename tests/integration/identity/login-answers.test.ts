import { expect, test } from "vitest";
import { logIn } from "@/lib/identity/login/log-in";
import { refusedLoginsFlushed } from "@/lib/identity/login/refused-logins";
import { verifyTotp } from "@/lib/identity/second-factor/challenge";
import { readSession } from "@/lib/identity/session/sessions";
import { db } from "@/lib/platform/db/db";
import { verify } from "../../kit/people/argon2";
import { attemptOf, outcomeOf } from "../../kit/people/login";
import { makeMerchant, makePerson, type Person } from "../../kit/people/people";
import { codeOf, wrongCodeOf } from "../../kit/people/totp";

const failuresOf = async ({ userId }: Person) =>
  (await db().codeAttempt.findFirst({ where: { userId, purpose: "login" }, select: { failures: true } }))?.failures ??
  0;
const reasonsOf = async ({ userId }: Person) => {
  await refusedLoginsFlushed();
  return (
    await db().auditEvent.findMany({ where: { event: "login.refused", subjectId: userId }, orderBy: { id: "asc" } })
  ).map(({ data }) => Object(data).reasons);
};

test("email, password and code together begin a session; the email's case and spaces do not matter", async () => {
  const person = await makePerson();
  const outcome = await logIn(await attemptOf(person, { email: `  ${person.email.toUpperCase()} ` }));
  if (outcome.kind !== "ok") throw new Error(outcome.kind);
  expect((await readSession(outcome.sessionId))?.userId).toBe(person.userId);
});

/** Everyone who is refused, by the one thing that is wrong. */
const REFUSED: Record<string, () => Promise<Awaited<ReturnType<typeof attemptOf>>>> = {
  "an unknown e-mail": async () => attemptOf(await makePerson(), { email: "nobody@acme.example" }),
  "a wrong password": async () => attemptOf(await makePerson(), { password: "wrong" }),
  "an empty password": async () => attemptOf(await makePerson(), { password: "" }),
  "a wrong code": async () => {
    const person = await makePerson();
    return attemptOf(person, { code: wrongCodeOf(person) });
  },
  "a code that is not six digits": async () => attemptOf(await makePerson(), { code: "12345" }),
  "a user who is disabled": async () => attemptOf(await makePerson({ disabled: true })),
  "a user without 2FA": async () => attemptOf(await makePerson({ device: false }), { code: "123456" }),
  "a user whose login codes are locked": async () => {
    const person = await makePerson();
    for (let n = 0; n < 5; n++) await verifyTotp(person.userId, "login", wrongCodeOf(person));
    return attemptOf(person);
  },
};

test.each(Object.entries(REFUSED))(
  "%s is refused with the same reply, at the cost of one verification, in half a second",
  async (_, overrides) => {
    const attempt = await overrides();
    verify.mockClear();
    const before = performance.now();
    expect(await logIn(attempt)).toEqual({ kind: "refused" });
    expect(performance.now() - before).toBeGreaterThanOrEqual(500);
    expect(verify).toHaveBeenCalledTimes(1);
    expect(await db().session.count({ where: { user: { email: attempt.email } } })).toBe(0);
  },
);

test("a wrong code is counted only with the right password", async () => {
  const person = await makePerson();
  const code = wrongCodeOf(person);
  await outcomeOf(await attemptOf(person, { code, password: "wrong" }));
  expect(await failuresOf(person)).toBe(0);
  await outcomeOf(await attemptOf(person, { code }));
  expect(await failuresOf(person)).toBe(1);
});

test("wrong passwords by a stranger never lock the account's codes", async () => {
  const person = await makePerson();
  const code = wrongCodeOf(person);
  await Promise.all(
    Array.from({ length: 6 }, async () => outcomeOf(await attemptOf(person, { code, password: "guess" }))),
  );
  expect(await outcomeOf(await attemptOf(person))).toBe("ok");
});

test("login failures never lock step-up", async () => {
  const person = await makePerson();
  const code = wrongCodeOf(person);
  await Promise.all(
    Array.from({ length: 6 }, async () => expect(await outcomeOf(await attemptOf(person, { code }))).toBe("refused")),
  );
  expect(await outcomeOf(await attemptOf(person))).toBe("refused");
  expect(await verifyTotp(person.userId, "step_up", codeOf(person))).toMatchObject({ ok: true });
});

test("a code that logged in once is refused the second time", async () => {
  const person = await makePerson();
  const code = codeOf(person);
  expect(await outcomeOf(await attemptOf(person, { code }))).toBe("ok");
  expect(await outcomeOf(await attemptOf(person, { code }))).toBe("refused");
});

test("of two concurrent logins with one code one is refused", async () => {
  const person = await makePerson();
  const attempt = await attemptOf(person);
  const kinds = await Promise.all([outcomeOf(attempt), outcomeOf(attempt)]);
  expect(kinds.sort()).toEqual(["ok", "refused"]);
});

test("a user who is Restricted everywhere gets no session, and sees how to reach Support only with the right credentials", async () => {
  const [one, two] = [await makeMerchant(), await makeMerchant()];
  const roles = [one, two].map(({ id }) => ({ merchantId: id, role: "restricted" as const }));
  const person = await makePerson({ roles });
  expect(await outcomeOf(await attemptOf(person, { password: "wrong" }))).toBe("refused");
  expect(await outcomeOf(await attemptOf(person, { code: wrongCodeOf(person) }))).toBe("refused");
  expect(await outcomeOf(await attemptOf(person))).toBe("restricted");
  expect(await db().session.count({ where: { userId: person.userId } })).toBe(0);
});

test("a user who is Restricted at one merchant and not at another is logged in", async () => {
  const [one, two] = [await makeMerchant(), await makeMerchant()];
  const person = await makePerson({
    roles: [
      { merchantId: one.id, role: "restricted" },
      { merchantId: two.id, role: "view" },
    ],
  });
  expect(await outcomeOf(await attemptOf(person))).toBe("ok");
});

test("a refusal is recorded with its reason and never with what was entered", async () => {
  const person = await makePerson();
  await outcomeOf(await attemptOf(person, { password: "not-the-password" }));
  await outcomeOf(await attemptOf(person, { code: wrongCodeOf(person) }));
  expect(await reasonsOf(person)).toEqual([{ password: 1 }, { code_wrong: 1 }]);
});

test("an overlong email or password is refused without being hashed", async () => {
  const person = await makePerson();
  verify.mockClear();
  expect(await outcomeOf(await attemptOf(person, { password: "x".repeat(1_025) }))).toBe("refused");
  expect(await outcomeOf(await attemptOf(person, { email: `${"x".repeat(400)}@acme.example` }))).toBe("refused");
  expect(verify).not.toHaveBeenCalled();
});
