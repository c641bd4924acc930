import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { verifyTotp } from "@/lib/identity/second-factor/challenge";
import { enrol } from "@/lib/identity/second-factor/enrolment";
import { newSeed } from "@/lib/identity/second-factor/totp";
import { openSeed, sealSeed } from "@/lib/identity/second-factor/totp-seed";
import { db, transaction } from "@/lib/platform/db/db";
import { makeOwner, makePerson } from "../../kit/people/people";
import { codeOf } from "../../kit/people/totp";

const user = randomUUID();
const seed = newSeed();

test("a sealed seed opens for its user, and sealing it twice gives different results", () => {
  const [one, two] = [sealSeed(seed, user), sealSeed(seed, user)];
  expect(openSeed(one, user)).toBe(seed);
  expect(Buffer.from(one.sealedSeed)).not.toEqual(Buffer.from(two.sealedSeed));
});

test("a seed sealed for one user is refused for another", () => {
  expect(() => openSeed(sealSeed(seed, user), randomUUID())).toThrow();
});

test("a seed row copied onto another user's is refused, and that user's own codes are then refused", async () => {
  const [victim, attacker] = [await makeOwner(), await makeOwner()];
  const stolen = await db().totpDevice.findUniqueOrThrow({
    where: { userId: attacker.userId },
    select: { sealedSeed: true, keyVersion: true },
  });
  await db().totpDevice.update({ where: { userId: victim.userId }, data: stolen, select: { userId: true } });
  await expect(verifyTotp(victim.userId, "step_up", codeOf(attacker))).rejects.toThrow();
});

test("a key version that is not configured is refused by name", () => {
  expect(() => openSeed({ ...sealSeed(seed, user), keyVersion: 9 }, user)).toThrow("TOTP_KEYS has no version 9");
});

test.each([0, 11, 12, 20, -1])("a sealed seed with byte %i changed is refused", (at) => {
  const { sealedSeed, keyVersion } = sealSeed(seed, user);
  const changed = Uint8Array.from(sealedSeed);
  const index = at < 0 ? changed.length + at : at;
  changed[index] = (changed[index] ?? 0) ^ 1;
  expect(() => openSeed({ sealedSeed: changed, keyVersion }, user)).toThrow();
});

test("a tag cut to four bytes is refused", () => {
  const { sealedSeed, keyVersion } = sealSeed(seed, user);
  expect(() => openSeed({ sealedSeed: sealedSeed.slice(0, -12), keyVersion }, user)).toThrow();
});

test("the database holds no seed in clear text", async () => {
  const person = await makePerson();
  const row = await db().totpDevice.findUniqueOrThrow({
    where: { userId: person.userId },
    select: { sealedSeed: true },
  });
  expect(Buffer.from(row.sealedSeed).toString("latin1")).not.toContain(person.seed);
});

test("enrolling again never lowers the last accepted step", async () => {
  const person = await makePerson();
  await db().totpDevice.update({
    where: { userId: person.userId },
    data: { lastStep: 59_000_000 },
    select: { userId: true },
  });
  await transaction((tx) => enrol(tx, person.userId, newSeed()));
  const { lastStep } = await db().totpDevice.findUniqueOrThrow({
    where: { userId: person.userId },
    select: { lastStep: true },
  });
  expect(lastStep).toBe(59_000_000n);
});
