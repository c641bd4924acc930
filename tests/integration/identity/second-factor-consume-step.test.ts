import { expect, test } from "vitest";
import { consumeSecondFactor, type Proof, verifyTotp } from "@/lib/identity/second-factor/challenge";
import { db, inTransaction } from "@/lib/platform/db/db";
import { RollbackWith } from "@/lib/platform/result";
import { makeOwner, makePerson } from "../../kit/people/people";
import { codeOf, rewind } from "../../kit/people/totp";
import { retryWhileBusy } from "../../kit/retry-while-busy";

async function proofOf(person: { userId: string; seed: string }, code = codeOf(person)): Promise<Proof> {
  const judged = await verifyTotp(person.userId, "step_up", code);
  if (!judged.ok) throw new Error(judged.refusal.code);
  return judged.value;
}

const lastStepOf = async ({ userId }: { userId: string }) =>
  (await db().totpDevice.findUniqueOrThrow({ where: { userId }, select: { lastStep: true } })).lastStep;

test("of 100 concurrent operations with one code, 99 are refused and one succeeds", async () => {
  const owner = await makeOwner();
  const proof = await proofOf(owner);
  const done: number[] = [];
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      retryWhileBusy(() =>
        inTransaction(async (tx) => {
          await consumeSecondFactor(tx, proof);
          await tx.merchant.create({ data: { name: `paid by ${owner.userId}`, mode: "test" }, select: { id: true } });
          done.push(n);
        }),
      ),
    ),
  );
  const refused = results.filter((result) => !result.ok);
  expect(refused).toHaveLength(99);
  expect(refused.every((result) => !result.ok && result.refusal.code === "code_used")).toBe(true);
  expect(done).toHaveLength(1);
  expect(await db().merchant.count({ where: { name: `paid by ${owner.userId}` } })).toBe(1);
});

test("of 40 concurrent requests that verify and consume one code, all but one are refused and none counts as a failure", async () => {
  const owner = await makeOwner();
  const code = codeOf(owner);
  const results = await Promise.all(
    Array.from({ length: 40 }, () =>
      retryWhileBusy(async () => {
        const judged = await verifyTotp(owner.userId, "step_up", code);
        return judged.ok ? inTransaction((tx) => consumeSecondFactor(tx, judged.value)) : judged;
      }),
    ),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  const reasons = new Set(results.map((result) => (result.ok ? "ok" : result.refusal.code)));
  expect([...reasons].filter((reason) => !["ok", "code_used", "codes_busy"].includes(reason))).toEqual([]);
  const attempts = await db().codeAttempt.findFirstOrThrow({ where: { userId: owner.userId, purpose: "step_up" } });
  expect(attempts).toMatchObject({ reserved: 0, failures: 0, failuresWithoutSuccess: 0, lockedUntil: null });
});

test("an operation that is refused consumes nothing: its code works for the next", async () => {
  const owner = await makeOwner();
  const before = await lastStepOf(owner);
  const refused = await inTransaction(async (tx) => {
    await consumeSecondFactor(tx, await proofOf(owner));
    throw new RollbackWith(tx, { code: "key_retired", number: 1 });
  });
  expect(refused).toEqual({ ok: false, refusal: { code: "key_retired", number: 1 } });
  expect(await lastStepOf(owner)).toBe(before);
  expect(await inTransaction(async (tx) => consumeSecondFactor(tx, await proofOf(owner)))).toMatchObject({ ok: true });
});

test("a code consumed for one purpose is refused for the other", async () => {
  const owner = await makeOwner();
  const code = codeOf(owner);
  const proof = await proofOf(owner, code);
  await inTransaction((tx) => consumeSecondFactor(tx, proof));
  expect(await verifyTotp(owner.userId, "login", code)).toMatchObject({ ok: false, refusal: { code: "code_used" } });
});

test("a used code is refused with the seconds until the next one", async () => {
  const owner = await makeOwner();
  const code = codeOf(owner);
  const proof = await proofOf(owner, code);
  await inTransaction((tx) => consumeSecondFactor(tx, proof));
  const judged = await verifyTotp(owner.userId, "step_up", code);
  const spent = await inTransaction((tx) => consumeSecondFactor(tx, proof));
  for (const result of [judged, spent]) {
    if (result.ok || result.refusal.code !== "code_used") throw new Error("the code was taken twice");
    expect(result.refusal.seconds).toBeGreaterThanOrEqual(1);
    expect(result.refusal.seconds).toBeLessThanOrEqual(35);
  }
});

test("an older step is refused after a newer one, though its window is still open", async () => {
  const owner = await makeOwner();
  const proof = await proofOf(owner);
  if (proof.kind !== "totp") throw new Error("no step");
  await inTransaction((tx) => consumeSecondFactor(tx, proof));
  expect(await inTransaction((tx) => consumeSecondFactor(tx, { ...proof, step: proof.step - 1 }))).toMatchObject({
    ok: false,
  });
  expect(await lastStepOf(owner)).toBe(BigInt(proof.step));
});

test("the proof of a user without a device is refused", async () => {
  const person = await makePerson({ device: false });
  expect(
    await inTransaction((tx) => consumeSecondFactor(tx, { kind: "totp", userId: person.userId, step: 1 })),
  ).toMatchObject({
    ok: false,
  });
});

test("one user's code says nothing about another's", async () => {
  const [one, two] = [await makeOwner(), await makeOwner()];
  const proof = await proofOf(one);
  await inTransaction((tx) => consumeSecondFactor(tx, proof));
  expect((await inTransaction(async (tx) => consumeSecondFactor(tx, await proofOf(two)))).ok).toBe(true);
  await rewind(one);
  expect((await inTransaction(async (tx) => consumeSecondFactor(tx, await proofOf(one)))).ok).toBe(true);
});
