import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { runOwnAction } from "@/lib/actions/own-action";
import { changePassword, type PasswordChange } from "@/lib/identity/account/change-password";
import { passwordChange } from "@/lib/identity/account/operations";
import { type Attempt, logIn } from "@/lib/identity/login/log-in";
import { readSession } from "@/lib/identity/session/sessions";
import { eventsCausedBy, isLive, type LoggedInUser, loggedInUser, mailsTo } from "../../kit/people/account";
import { asDatabaseOwner, freshProof } from "../../kit/people/api-keys";
import { attemptOf, outcomeOf } from "../../kit/people/login";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { codeOf, freshCodeOf, wrongCodeOf } from "../../kit/people/totp";

const newPassword = () => randomBytes(12).toString("base64url");

const changeOf = (home: LoggedInUser, next = newPassword()): PasswordChange => ({
  current: home.person.password,
  next,
  confirm: next,
});

/** Through the wrapper, as a browser's request. */
const ask = async (home: LoggedInUser, raw: object) => runOwnAction(passwordChange, raw, validRequestInfo(home.minted));

const lastStepOf = async ({ person }: LoggedInUser) =>
  (await asDatabaseOwner("SELECT last_step::int AS step FROM totp_devices WHERE user_id = $1", [person.userId]))[0]
    ?.step;

test("after a change the old password is refused, and the new one is accepted", async () => {
  const home = await loggedInUser();
  const change = changeOf(home);
  expect(await ask(home, { ...change, code: codeOf(home.person) })).toEqual({ ok: true, value: { ended: 0 } });
  expect(await outcomeOf(await attemptOf(home.person))).toBe("refused");
  expect(await outcomeOf(await attemptOf({ ...home.person, password: change.next }))).toBe("ok");
});

test("every other session is refused from the moment of the change, but not the one that made it", async () => {
  const home = await loggedInUser();
  const others = [await mintSession(home.person), await mintSession(home.person)];
  expect(await changePassword(home.self, changeOf(home), freshProof(home.self))).toEqual({
    ok: true,
    value: { ended: 2 },
  });
  for (const { sessionId } of others) expect(await readSession(sessionId)).toBeNull();
  expect(await readSession(home.self.sessionId)).not.toBeNull();
});

test("nobody else's session is ended", async () => {
  const [home, other] = [await loggedInUser(), await loggedInUser()];
  await changePassword(home.self, changeOf(home), freshProof(home.self));
  expect(await isLive(other.self.sessionId)).toBe(true);
});

test("its user is emailed, without either password, and the change is recorded", async () => {
  const home = await loggedInUser();
  const change = changeOf(home);
  await changePassword(home.self, change, freshProof(home.self));
  expect(await mailsTo(home.person)).toEqual(["password_changed"]);
  expect(await eventsCausedBy(home.person)).toEqual(["password.changed"]);
  const kept = JSON.stringify(await asDatabaseOwner("SELECT to_jsonb(o) AS mail FROM outbox o"));
  const events = JSON.stringify(await asDatabaseOwner("SELECT data FROM audit_events"));
  for (const password of [change.current, change.next]) expect(kept + events).not.toContain(password);
});

test.each<[string, Partial<PasswordChange>, string]>([
  ["a wrong current password", { current: "not the password at all" }, "password_wrong"],
  ["two new passwords that differ", { confirm: "another password 9471" }, "new_password_differs"],
  ["eleven characters", { next: "k3$Vq9z!pLw", confirm: "k3$Vq9z!pLw" }, "new_password_length"],
  [
    "129 characters",
    { next: "k3$Vq9z!p".repeat(15).slice(0, 129), confirm: "k3$Vq9z!p".repeat(15).slice(0, 129) },
    "new_password_length",
  ],
  ["a common password", { next: "password1234", confirm: "password1234" }, "new_password_common"],
])("%s is refused, changes nothing and consumes no code", async (_, overrides, code) => {
  const home = await loggedInUser();
  const other = await mintSession(home.person);
  const before = await lastStepOf(home);
  const result = await ask(home, { ...changeOf(home), ...overrides, code: codeOf(home.person) });
  expect(result).toMatchObject({ ok: false, refusal: { code } });
  expect(await lastStepOf(home)).toBe(before);
  expect(await isLive(other.sessionId)).toBe(true);
  expect(await mailsTo(home.person)).toEqual([]);
  expect(await outcomeOf(await attemptOf(home.person))).toBe("ok");
});

test("a new password that contains the email's local part is refused", async () => {
  const home = await loggedInUser();
  const next = `${home.person.email.split("@")[0]}-and-more`;
  expect(await ask(home, { ...changeOf(home, next), code: codeOf(home.person) })).toMatchObject({
    refusal: { code: "new_password_contains_email" },
  });
});

test("the current password is refused as the new one", async () => {
  const home = await loggedInUser();
  const change = changeOf(home, home.person.password);
  expect(await ask(home, { ...change, code: codeOf(home.person) })).toMatchObject({
    refusal: { code: "new_password_same" },
  });
});

test.each<[string, (home: LoggedInUser) => object, string]>([
  ["no code", () => ({}), "code_malformed"],
  ["a wrong code", ({ person }) => ({ code: wrongCodeOf(person) }), "code_wrong"],
  ["a recovery code", () => ({ recoveryCode: "0000000000000000" }), "code_malformed"],
  ["the password in the code's place", ({ person }) => ({ password: person.password }), "code_malformed"],
])("with %s a change is refused", async (_, proof, code) => {
  const home = await loggedInUser();
  expect(await ask(home, { ...changeOf(home), ...proof(home) })).toMatchObject({ ok: false, refusal: { code } });
  expect(await outcomeOf(await attemptOf(home.person))).toBe("ok");
});

const codeOfAnswer = (answer: Awaited<ReturnType<typeof changePassword>>): string =>
  answer.ok ? "ok" : answer.refusal.code;

test("the sixth wrong current password within half an hour is refused without being verified, and so is the right one", async () => {
  const home = await loggedInUser();
  const guess = (current: string) => changePassword(home.self, { ...changeOf(home), current }, freshProof(home.self));
  // At most four may wait for their turn at once.
  const guesses = async () =>
    (await Promise.all(Array.from({ length: 4 }, (_, n) => guess(`guess number ${n}`)))).map(codeOfAnswer);
  const codes = [...(await guesses()), ...(await guesses())].sort();
  expect(codes).toEqual([...Array(5).fill("password_wrong"), ...Array(3).fill("too_many_passwords")]);
  expect(await guess(home.person.password)).toMatchObject({ refusal: { code: "too_many_passwords" } });
});

test("of four concurrent changes with one code, three are refused and one password is the new one", async () => {
  const home = await loggedInUser();
  const proof = freshProof(home.self);
  const wanted = Array.from({ length: 4 }, () => changeOf(home));
  const results = await Promise.all(wanted.map((change) => changePassword(home.self, change, proof)));
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  const won = wanted[results.findIndex(({ ok }) => ok)] as PasswordChange;
  expect(await outcomeOf(await attemptOf({ ...home.person, password: won.next }))).toBe("ok");
  expect(await mailsTo(home.person)).toEqual(["password_changed"]);
});

test("of two concurrent changes with two codes, one is refused because its current password is no longer current", async () => {
  const home = await loggedInUser();
  const results = await Promise.all([1, 2].map(() => changePassword(home.self, changeOf(home), freshProof(home.self))));
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect(results.find(({ ok }) => !ok)).toMatchObject({
    refusal: { code: expect.stringMatching(/^(password_wrong|code_used)$/) },
  });
});

test("a login with the old password that is in progress during the change gets no session", async () => {
  for (let round = 0; round < 4; round++) {
    const home = await loggedInUser();
    const attempt: Attempt = await attemptOf(home.person, { code: await freshCodeOf(home.person) });
    const [login] = await Promise.all([logIn(attempt), changePassword(home.self, changeOf(home), { kind: "none" })]);
    if (login.kind === "ok") expect(await readSession(login.sessionId)).toBeNull();
  }
});

test.each(["enrol", "new_password"] as const)("a session of the stage %s is refused", async (stage) => {
  const home = await loggedInUser();
  await asDatabaseOwner(`UPDATE sessions SET stage = '${stage}' WHERE id = $1`, [home.self.sessionId]);
  expect(await ask(home, { ...changeOf(home), code: codeOf(home.person) })).toEqual({
    ok: false,
    refusal: { code: "logged_out" },
  });
});
