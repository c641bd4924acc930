import { expect, test } from "vitest";
import type { Purpose } from "@/lib/identity/second-factor/attempt-limit";
import { verifyTotp } from "@/lib/identity/second-factor/challenge";
import { enrol } from "@/lib/identity/second-factor/enrolment";
import { newSeed } from "@/lib/identity/second-factor/totp";
import { db, transaction } from "@/lib/platform/db/db";
import { attemptOf, outcomeOf } from "../../kit/people/login";
import { makeOwner, makePerson } from "../../kit/people/people";
import { codeOf, wrongCodeOf } from "../../kit/people/totp";

type Device = { userId: string; seed: string };
const judge = async (person: Device, code: string, purpose: Purpose = "step_up") => {
  const judged = await verifyTotp(person.userId, purpose, code);
  return judged.ok ? "right" : judged.refusal.code;
};
const wrong = (person: Device, purpose?: Purpose) => judge(person, wrongCodeOf(person), purpose);
const right = (person: Device, purpose?: Purpose) => judge(person, codeOf(person), purpose);

/** One after the other. Returns each result. */
async function wrongTimes(person: Device, times: number, purpose?: Purpose): Promise<string[]> {
  const answers: string[] = [];
  for (let n = 0; n < times; n++) answers.push(await wrong(person, purpose));
  return answers;
}

const attemptsOf = ({ userId }: Device, purpose: Purpose = "step_up") =>
  db().codeAttempt.findFirstOrThrow({ where: { userId, purpose } });
const eventsOf = ({ userId }: Device) =>
  db().auditEvent.findMany({
    where: { actorId: userId, event: { startsWith: "code." } },
    orderBy: { id: "asc" },
    select: { event: true, data: true },
  });
const change = (
  { userId }: Device,
  data: { lockedUntil?: Date; reserved?: number; reservedAt?: Date; failuresWithoutSuccess?: number },
) => db().codeAttempt.updateMany({ where: { userId, purpose: "step_up" }, data });
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);

test("of a burst of 50 wrong codes five are verified, and the rest are refused without being verified", async () => {
  const owner = await makeOwner();
  const answers = await Promise.all(Array.from({ length: 50 }, () => wrong(owner)));
  const judged = answers.filter((answer) => answer === "code_wrong").length;
  expect(judged).toBeLessThanOrEqual(4);
  expect(new Set(answers)).not.toContain("right");
  expect(await attemptsOf(owner)).toMatchObject({ failures: 5, failuresWithoutSuccess: 5, reserved: 0 });
  expect(await wrong(owner)).toBe("codes_locked");
});

test("the right code is refused in the middle of a burst that fills the slots", async () => {
  const owner = await makeOwner();
  await judge(owner, codeOf(owner));
  await change(owner, { reserved: 5, reservedAt: new Date() });
  expect(await right(owner)).toBe("codes_busy");
});

test("the fifth wrong code in a row locks for 30 minutes and says until when", async () => {
  const owner = await makeOwner();
  expect(await wrongTimes(owner, 4)).toEqual(["code_wrong", "code_wrong", "code_wrong", "code_wrong"]);
  const before = Date.now();
  const fifth = await verifyTotp(owner.userId, "step_up", wrongCodeOf(owner));
  if (fifth.ok || fifth.refusal.code !== "codes_locked") throw new Error("the fifth wrong code did not lock");
  const [began, now] = [Date.parse(fifth.refusal.until) - 30 * 60_000, Date.now()];
  expect(began).toBeGreaterThanOrEqual(before - 1);
  expect(began).toBeLessThanOrEqual(now + 1);
  expect(await eventsOf(owner)).toEqual([{ event: "code.locked", data: { purpose: "step_up" } }]);
});

test("while locked, the right code is refused, and neither verified nor consumed", async () => {
  const owner = await makeOwner();
  await wrongTimes(owner, 5);
  expect(await right(owner)).toBe("codes_locked");
  expect(await attemptsOf(owner)).toMatchObject({ failures: 5, reserved: 0 });
});

test("a lock ends on the database's clock, and the count starts again", async () => {
  const owner = await makeOwner();
  await wrongTimes(owner, 5);
  await change(owner, { lockedUntil: ago(1) });
  expect(await wrongTimes(owner, 4)).toEqual(["code_wrong", "code_wrong", "code_wrong", "code_wrong"]);
  expect(await right(owner)).toBe("right");
});

test("a right code resets the count of failures: four more wrong ones do not lock", async () => {
  const owner = await makeOwner();
  await wrongTimes(owner, 4);
  expect(await right(owner)).toBe("right");
  expect(await wrongTimes(owner, 4)).not.toContain("codes_locked");
});

test("50 wrong codes without a success disable the device, and waiting does not enable it", async () => {
  const owner = await makeOwner();
  for (let round = 0; round < 9; round++) {
    expect((await wrongTimes(owner, 5)).at(-1)).toBe("codes_locked");
    await change(owner, { lockedUntil: ago(1) });
  }
  expect((await wrongTimes(owner, 5)).at(-1)).toBe("codes_disabled");
  await change(owner, { lockedUntil: ago(1) });
  expect(await right(owner)).toBe("codes_disabled");
  expect((await eventsOf(owner)).at(-1)).toEqual({ event: "code.disabled", data: { purpose: "step_up" } });
});

test("a burst at 49 failures is refused after one code, not after five", async () => {
  const owner = await makeOwner();
  await wrong(owner);
  await change(owner, { failuresWithoutSuccess: 49 });
  await Promise.all(Array.from({ length: 20 }, () => wrong(owner)));
  expect(await attemptsOf(owner)).toMatchObject({ failuresWithoutSuccess: 50 });
});

test("re-enrolment replaces a disabled device; the old device's code is refused", async () => {
  const owner = await makeOwner();
  await wrong(owner);
  await change(owner, { failuresWithoutSuccess: 50 });
  const renewed = { userId: owner.userId, seed: newSeed() };
  await transaction((tx) => enrol(tx, owner.userId, renewed.seed));
  expect(await right(owner)).toBe("code_wrong");
  expect(await right(renewed)).toBe("right");
});

test("wrong codes at the login page never lock the dialogs, nor the other way round", async () => {
  const owner = await makeOwner();
  await wrongTimes(owner, 5, "login");
  expect(await right(owner, "login")).toBe("codes_locked");
  expect(await right(owner, "step_up")).toBe("right");
  const other = await makeOwner();
  await wrongTimes(other, 5, "step_up");
  expect(await right(other, "login")).toBe("right");
});

test("what is not six digits is refused and costs no attempt", async () => {
  const owner = await makeOwner();
  for (const code of ["", "12345", "abcdef", "1234567"]) expect(await judge(owner, code)).toBe("code_malformed");
  expect(await db().codeAttempt.count({ where: { userId: owner.userId } })).toBe(0);
});

test("a slot left behind by a crash is free again after 10 s, and not before", async () => {
  const owner = await makeOwner();
  await wrong(owner);
  await change(owner, { reserved: 5, reservedAt: ago(5) });
  expect(await right(owner)).toBe("codes_busy");
  await change(owner, { reserved: 5, reservedAt: ago(11) });
  expect(await right(owner)).toBe("right");
});

test("a user without a device is refused and uses no slot", async () => {
  const person = await makePerson({ device: false });
  expect(await judge(person, "123456")).toBe("codes_disabled");
  expect(await attemptsOf(person)).toMatchObject({ reserved: 0, failures: 0 });
});

const shifted = (device: Device, seconds: number) => judge(device, codeOf(device, Date.now() + seconds * 1000));

test.each([-90, 60, 90])(
  "a code that is right at another time (%i s) says that the clock is wrong, and counts like a wrong one",
  async (away) => {
    const owner = await makeOwner();
    expect(await shifted(owner, away)).toBe("code_clock_off");
    expect(await attemptsOf(owner)).toMatchObject({ failures: 1, failuresWithoutSuccess: 1, reserved: 0 });
  },
);

test("of six such codes five are verified: then codes are locked, and the next gets no such hint", async () => {
  const owner = await makeOwner();
  const answers: string[] = [];
  for (let n = 0; n < 6; n++) answers.push(await shifted(owner, -90));
  expect(answers).toEqual([...Array(4).fill("code_clock_off"), "codes_locked", "codes_locked"]);
});

test("a code of the next two minutes that got this hint is never accepted when its time comes, nor is an earlier one", async () => {
  const owner = await makeOwner();
  expect(await shifted(owner, 90)).toBe("code_clock_off");
  const { lastStep } = await db().totpDevice.findUniqueOrThrow({
    where: { userId: owner.userId },
    select: { lastStep: true },
  });
  expect(Number(lastStep)).toBeGreaterThanOrEqual(Math.floor((Date.now() + 60_000) / 30_000));
  expect(await right(owner)).toBe("code_used");
});

test("a code of the last two minutes that got this hint does not affect the next one", async () => {
  const owner = await makeOwner();
  expect(await shifted(owner, -90)).toBe("code_clock_off");
  expect(await right(owner)).toBe("right");
});

test("at login there is no such hint", async () => {
  const person = await makePerson();
  expect(await outcomeOf(await attemptOf(person, { code: codeOf(person, Date.now() - 90_000) }))).toBe("refused");
});
