import { expect, test } from "vitest";
import type { Member } from "@/lib/access/member";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { listRetiredKeys } from "@/lib/api-keys/reads/queries";
import { retireKey } from "@/lib/api-keys/retire";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { leaseWaits } from "../../kit/gateway/lease-waits";
import { eventsOf, freshProof, generated, ownerWithActiveKey, storedKey, unwrap } from "../../kit/people/api-keys";
import { changeKeys } from "../../kit/people/key-changes";
import { makeOwner } from "../../kit/people/people";

const retire = (member: Member, keyId: string, reason: "unwanted" | "lost" | "compromised" = "unwanted") =>
  retireKey(member, { keyId, reason }, freshProof(member));

test("a key that was never active is retired at once, with its reason and its event", async () => {
  const owner = await makeOwner();
  const { id, number } = await generated(owner);
  expect(await leaseWaits(() => retire(owner.member, id, "lost"))).toBe(0);
  expect(await storedKey(id)).toMatchObject({ status: "retired", retiredBy: owner.userId, retirementReason: "lost" });
  expect((await storedKey(id)).refusedEverywhereAt).not.toBeNull();
  expect(await eventsOf(id)).toEqual(["api_key.generated", "api_key.retired"]);
  expect((await listRetiredKeys(owner.merchantId)).keys).toMatchObject([
    { number, state: "retired", reason: "lost", everActivated: false },
  ]);
});

test("a deactivated key is retired at once, and keeps the time from which it is refused", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { active, ...deactivated } = unwrap(
    await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner)),
  );
  const waits = await leaseWaits(async () => expect(unwrap(await retire(owner.member, key.id))).toEqual(deactivated));
  expect([waits, active]).toEqual([0, null]);
});

test("a key retired during its deactivation is not reported before that deactivation's wait is over", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const deactivation = deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner));
  await expect.poll(async () => (await storedKey(key.id)).status).toBe("inactive");
  const retired = unwrap(await retire(owner.member, key.id));
  const { deactivatedAt } = await storedKey(key.id);
  expect(Date.parse(retired.refusedEverywhereAt) - Number(deactivatedAt)).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
  expect(unwrap(await deactivation)).toEqual({ ...retired, active: null });
});

test("a key whose deactivation died with its process, however long ago, is retired with the wait, and the time from which every gateway refuses it is stored", async () => {
  const { owner, key } = await ownerWithActiveKey();
  await changeKeys("UPDATE api_keys SET status = 'inactive', deactivated_at = now() - interval '1 day' WHERE id = $1", [
    key.id,
  ]);
  expect(await leaseWaits(async () => unwrap(await retire(owner.member, key.id)))).toBe(1);
  expect((await eventsOf(key.id)).slice(-2)).toEqual(["api_key.retired", "api_key.refused_everywhere"]);
});

test("a repeat returns the same and writes nothing", async () => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  const first = await retire(owner.member, id);
  const events = await eventsOf(id);
  expect(await retire(owner.member, id, "compromised")).toEqual(first);
  expect(await eventsOf(id)).toEqual(events);
  expect(await storedKey(id)).toMatchObject({ retirementReason: "unwanted" });
});

test("an active key cannot be retired before it is deactivated", async () => {
  const { owner, key } = await ownerWithActiveKey();
  expect(await retire(owner.member, key.id)).toEqual({
    ok: false,
    refusal: { code: "key_is_active", number: key.number },
  });
  expect(await storedKey(key.id)).toMatchObject({ status: "active" });
});

test("another merchant's key is refused like one that does not exist", async () => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  expect(await retire((await makeOwner()).member, id)).toEqual({ ok: false, refusal: { code: "not_found" } });
  expect(await storedKey(id)).toMatchObject({ status: "generated" });
});

test("a code that was used retires nothing", async () => {
  const owner = await makeOwner();
  const [one, two] = [await generated(owner), await generated(owner)];
  const proof = freshProof(owner);
  unwrap(await retireKey(owner.member, { keyId: one.id, reason: "unwanted" }, proof));
  expect(await retireKey(owner.member, { keyId: two.id, reason: "unwanted" }, proof)).toMatchObject({
    refusal: { code: "code_used" },
  });
  expect(await storedKey(two.id)).toMatchObject({ status: "generated" });
});
