import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { runOwnAction } from "@/lib/actions/own-action";
import { endOneSession, endOtherSessions } from "@/lib/identity/account/end-sessions";
import { sessionEnd } from "@/lib/identity/account/operations";
import { readAccount } from "@/lib/identity/account/queries";
import { readSession } from "@/lib/identity/session/sessions";
import { eventsCausedBy, isLive, loggedInUser, mailsTo, recoveryCodesOf } from "../../kit/people/account";
import { asDatabaseOwner } from "../../kit/people/api-keys";
import { mintSession, validRequestInfo } from "../../kit/people/session";

test("an ended session is refused at its next request, and its user is told", async () => {
  const home = await loggedInUser();
  const other = await mintSession(home.person);
  expect(await endOneSession(home.self, other)).toEqual({ ok: true, value: { ended: 1 } });
  expect(await readSession(other.sessionId)).toBeNull();
  expect(await readSession(home.self.sessionId)).not.toBeNull();
  expect(await mailsTo(home.person)).toEqual(["sessions_ended"]);
  expect(await eventsCausedBy(home.person)).toEqual(["session.ended"]);
});

test("ending a session twice changes nothing more, and sends no second mail", async () => {
  const home = await loggedInUser();
  const other = await mintSession(home.person);
  const results = await Promise.all([1, 2, 3].map(() => endOneSession(home.self, other)));
  expect(results.map((result) => result.ok && result.value.ended).sort()).toEqual([0, 0, 1]);
  expect(await mailsTo(home.person)).toEqual(["sessions_ended"]);
});

test("another user's session is refused like one that does not exist, and stays active", async () => {
  const [home, other] = [await loggedInUser(), await loggedInUser()];
  const theirs = await endOneSession(home.self, { sessionId: other.self.sessionId });
  expect(theirs).toEqual(await endOneSession(home.self, { sessionId: randomUUID() }));
  expect(theirs).toEqual({ ok: false, refusal: { code: "not_found" } });
  expect(await isLive(other.self.sessionId)).toBe(true);
});

test("a session cannot end itself this way", async () => {
  const home = await loggedInUser();
  expect(await endOneSession(home.self, { sessionId: home.self.sessionId })).toEqual({
    ok: false,
    refusal: { code: "not_found" },
  });
  expect(await isLive(home.self.sessionId)).toBe(true);
});

test("all others are ended at once, and no other user's", async () => {
  const [home, stranger] = [await loggedInUser(), await loggedInUser()];
  const others = [await mintSession(home.person), await mintSession(home.person), await mintSession(home.person)];
  expect(await endOtherSessions(home.self)).toEqual({ ok: true, value: { ended: 3 } });
  for (const { sessionId } of others) expect(await isLive(sessionId)).toBe(false);
  expect(await isLive(home.self.sessionId)).toBe(true);
  expect(await isLive(stranger.self.sessionId)).toBe(true);
});

test("where there is no other session, no mail is sent", async () => {
  const home = await loggedInUser();
  expect(await endOtherSessions(home.self)).toEqual({ ok: true, value: { ended: 0 } });
  expect(await mailsTo(home.person)).toEqual([]);
});

test.each<[string, object]>([
  ["a foreign Origin", { origin: "https://evil.example" }],
  ["another site", { fetchSite: "cross-site" }],
  ["a form", { isScripted: false }],
  ["no session", { token: null }],
])("a request from %s ends nothing", async (_, overrides) => {
  const home = await loggedInUser();
  const other = await mintSession(home.person);
  const result = await runOwnAction(
    sessionEnd,
    { sessionId: other.sessionId },
    { ...validRequestInfo(home.minted), ...overrides },
  );
  expect(result.ok).toBe(false);
  expect(await isLive(other.sessionId)).toBe(true);
});

test("an invalid session id is refused before the database is queried", async () => {
  const home = await loggedInUser();
  const result = await runOwnAction(sessionEnd, { sessionId: "' OR true --" }, validRequestInfo(home.minted));
  expect(result).toEqual({ ok: false, refusal: { code: "invalid_input", field: "sessionId" } });
});

test("the page lists only live sessions of the user, the current one first", async () => {
  const home = await loggedInUser();
  const [other, ended, idle] = [
    await mintSession(home.person),
    await mintSession(home.person),
    await mintSession(home.person),
  ];
  await loggedInUser();
  await endOneSession(home.self, ended);
  await asDatabaseOwner("UPDATE sessions SET seen_at = now() - interval '16 minutes' WHERE id = $1", [idle.sessionId]);
  const { sessions } = await readAccount(home.person.userId, home.self.sessionId);
  expect(sessions.map(({ id, own }) => [id, own])).toEqual([
    [home.self.sessionId, true],
    [other.sessionId, false],
  ]);
});

test("the page receives no hash, no seed and no code", async () => {
  const home = await loggedInUser();
  const codes = await recoveryCodesOf(home);
  const account = await readAccount(home.person.userId, home.self.sessionId);
  expect(account.recoveryCodes).toMatchObject({ left: 10, of: 10, lastUsedAt: null });
  const text = JSON.stringify(account);
  for (const secret of [...codes, home.person.seed, home.person.password, "argon2"]) expect(text).not.toContain(secret);
});
