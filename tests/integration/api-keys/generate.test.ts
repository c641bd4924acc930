import { expect, test } from "vitest";
import { generateKey } from "@/lib/api-keys/generate";
import { eventsOf, freshProof, generated, storedKey, unwrap } from "../../kit/people/api-keys";
import { makeMember, makeOwner } from "../../kit/people/people";

test("an Owner's new key has 32 characters, a number of its own, and no secret", async () => {
  const owner = await makeOwner();
  const first = await generated(owner);
  const second = await generated(owner);
  const key = await storedKey(second.id);
  expect(second.number).toBeGreaterThan(first.number);
  expect(key.key).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(key).toMatchObject({
    status: "generated",
    merchantId: owner.merchantId,
    generatedBy: owner.userId,
    keyVersion: null,
    fingerprint: null,
  });
});

test("its event is written in the same transaction, under the Owner's name", async () => {
  const { id } = await generated(await makeOwner());
  expect(await eventsOf(id)).toEqual(["api_key.generated"]);
});

test("a code that was used generates nothing", async () => {
  const owner = await makeOwner();
  const proof = freshProof(owner);
  unwrap(await generateKey(owner.member, proof));
  expect(await generateKey(owner.member, proof)).toMatchObject({ ok: false, refusal: { code: "code_used" } });
});

test("a code consumed by one Owner is not consumed for another", async () => {
  const owner = await makeOwner();
  const other = await makeMember("owner", owner.merchantId);
  const proof = freshProof(owner);
  unwrap(await generateKey(owner.member, proof));
  expect(await generateKey(other.member, { ...proof, userId: other.userId } as typeof proof)).toMatchObject({
    ok: true,
  });
});
