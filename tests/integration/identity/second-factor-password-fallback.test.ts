import { expect, test, vi } from "vitest";
import { z } from "zod";
import type { Permission } from "@/lib/access/permissions";
import { runMemberAction } from "@/lib/actions/member-action";
import { verifyTotp } from "@/lib/identity/second-factor/challenge";
import { verifyPassword } from "@/lib/identity/second-factor/password-fallback";
import { db } from "@/lib/platform/db/db";
import { accept } from "@/lib/platform/result";
import { verify } from "../../kit/people/argon2";
import { makeOwner, type Owner } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { wrongCodeOf } from "../../kit/people/totp";

/** An Owner whose step-up codes are locked. */
async function lockedOwner(): Promise<Owner> {
  const owner = await makeOwner();
  for (let n = 0; n < 5; n++) await verifyTotp(owner.userId, "step_up", wrongCodeOf(owner));
  return owner;
}

const answerTo = async (owner: Owner, password: string) => {
  const judged = await verifyPassword(owner.member, password);
  return judged.ok ? judged.value : judged.refusal.code;
};
/** Four at once: as many as may wait for their turn. */
const guesses = (owner: Owner) => Promise.all(Array.from({ length: 4 }, () => answerTo(owner, "guess")));
const passwordEvents = async ({ userId }: Owner) =>
  (
    await db().auditEvent.findMany({
      where: { actorId: userId, event: { startsWith: "password." } },
      orderBy: { id: "asc" },
    })
  ).map(({ event }) => event);

test("while codes are locked, the right password is accepted, and recorded with who and where", async () => {
  const owner = await lockedOwner();
  expect(await answerTo(owner, owner.password)).toEqual({ kind: "password", userId: owner.userId });
  const event = await db().auditEvent.findFirstOrThrow({
    where: { actorId: owner.userId, event: "password.accepted_for_code" },
  });
  expect(event).toMatchObject({
    merchantId: owner.merchantId,
    sessionId: owner.member.sessionId,
    address: "203.0.113.7",
  });
});

test("while codes are disabled, the password is accepted", async () => {
  const owner = await lockedOwner();
  await db().codeAttempt.updateMany({
    where: { userId: owner.userId },
    data: { lockedUntil: null, failuresWithoutSuccess: 50 },
  });
  expect(await answerTo(owner, owner.password)).toMatchObject({ kind: "password" });
});

test("while codes work, the right password is refused without being verified", async () => {
  const owner = await makeOwner();
  verify.mockClear();
  expect(await answerTo(owner, owner.password)).toBe("codes_work");
  expect(verify).not.toHaveBeenCalled();
  expect(await passwordEvents(owner)).toEqual([]);
});

test("once the lock ends, the password is refused again", async () => {
  const owner = await lockedOwner();
  await db().codeAttempt.updateMany({
    where: { userId: owner.userId },
    data: { lockedUntil: new Date(Date.now() - 1_000) },
  });
  expect(await answerTo(owner, owner.password)).toBe("codes_work");
});

test("codes locked at login do not allow a password", async () => {
  const owner = await makeOwner();
  for (let n = 0; n < 5; n++) await verifyTotp(owner.userId, "login", wrongCodeOf(owner));
  expect(await answerTo(owner, owner.password)).toBe("codes_work");
});

test("a wrong password is refused and recorded; the sixth in 30 minutes is refused without being verified, and so is the right one", async () => {
  const owner = await lockedOwner();
  const answers = [...(await guesses(owner)), ...(await guesses(owner)), ...(await guesses(owner))];
  expect(answers.filter((answer) => answer === "password_wrong")).toHaveLength(5);
  expect(answers.filter((answer) => answer === "too_many_passwords")).toHaveLength(7);
  expect(await answerTo(owner, owner.password)).toBe("too_many_passwords");
  expect(await passwordEvents(owner)).toEqual(Array.from({ length: 5 }, () => "password.refused_for_code"));
});

test("a refusal for too many attempts says for how many seconds", async () => {
  const owner = await lockedOwner();
  for (let n = 0; n < 2; n++) await guesses(owner);
  const refused = await verifyPassword(owner.member, owner.password);
  if (refused.ok || refused.refusal.code !== "too_many_passwords") throw new Error("the sixth was judged");
  expect(refused.refusal.seconds).toBeGreaterThan(1_700);
  expect(refused.refusal.seconds).toBeLessThanOrEqual(1_800);
});

test.each<[Permission, string]>([
  ["api-key:deactivate", "done"],
  ["api-key:retire", "code_malformed"],
  ["api-key:activate", "code_malformed"],
  ["api-key:generate", "code_malformed"],
  ["api-key:edit-ips", "code_malformed"],
])("with codes locked and the right password, %s gets: %s", async (permission, answer) => {
  const owner = await lockedOwner();
  const run = vi.fn(async () => accept("done"));
  const raw = { merchantId: owner.merchantId, password: owner.password };
  const result = await runMemberAction(
    { permission, input: z.object({}), run },
    raw,
    validRequestInfo(await mintSession(owner)),
  );
  expect(result.ok ? result.value : result.refusal.code).toBe(answer);
  expect(run).toHaveBeenCalledTimes(answer === "done" ? 1 : 0);
});

test("a code sent together with a password is verified as a code: the password does not bypass the lock", async () => {
  const owner = await lockedOwner();
  const raw = { merchantId: owner.merchantId, password: owner.password, code: wrongCodeOf(owner) };
  const asked = { permission: "api-key:deactivate" as const, input: z.object({}), run: async () => accept("done") };
  const result = await runMemberAction(asked, raw, validRequestInfo(await mintSession(owner)));
  expect(result).toMatchObject({ ok: false, refusal: { code: "codes_locked" } });
});
