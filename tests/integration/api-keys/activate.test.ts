import { expect, test } from "vitest";
import { activateKey } from "@/lib/api-keys/activate";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { retireKey } from "@/lib/api-keys/retire";
import { db } from "@/lib/platform/db/db";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { inOpenTransaction, untilWaitingForLock } from "../../kit/database/locks";
import {
  activated,
  activationOf,
  eventsOf,
  freshProof,
  generated,
  newTicket,
  openedSecret,
  ownerWithActiveKey,
  storedKey,
  unwrap,
} from "../../kit/people/api-keys";
import { changeKeys } from "../../kit/people/key-changes";
import { makeMember, makeOwner } from "../../kit/people/people";

const rotate = async (owner: Awaited<ReturnType<typeof makeOwner>>, keyId: string) =>
  unwrap(await deactivateKey(owner.member, { keyId, reason: "rotating" }, freshProof(owner)));

test("a first activation returns the secret that the gateway will open, and records it in the same transaction", async () => {
  const owner = await makeOwner();
  const key = await activated(owner, { allowedIps: ["198.51.99.7, 2a00:1450::/32"] });
  expect(key.secret).toMatch(/^[A-Za-z0-9]{64}$/);
  expect(await openedSecret(key.id)).toBe(key.secret);
  expect(await storedKey(key.id)).toMatchObject({
    status: "active",
    activatedBy: owner.userId,
    allowedIps: ["198.51.99.7", "2a00:1450::/32"],
  });
  expect(await eventsOf(key.id)).toEqual(["api_key.generated", "api_key.activated", "api_key.secret_delivered"]);
});

test("a later activation shows no secret, keeps no copy and changes no byte of the sealed one", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const before = await storedKey(key.id);
  await rotate(owner, key.id);
  const input = activationOf(key.id);
  expect(unwrap(await activateKey(owner.member, input, freshProof(owner)))).toEqual({
    number: key.number,
    secret: null,
  });
  const after = await storedKey(key.id);
  expect([after.fingerprint, after.firstActivatedAt]).toEqual([before.fingerprint, before.firstActivatedAt]);
  expect(after).toMatchObject({
    status: "active",
    deactivatedAt: null,
    deactivationReason: null,
    refusedEverywhereAt: null,
  });
  expect(await db().reveal.count({ where: { keyId: key.id } })).toBe(0);
});

test("while one key is active another is refused, with the active key's number", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const second = await generated(owner);
  const refused = await activateKey(owner.member, activationOf(second.id), freshProof(owner));
  expect(refused).toEqual({ ok: false, refusal: { code: "another_key_active", number: key.number } });
  expect(await storedKey(second.id)).toMatchObject({ status: "generated", fingerprint: null, firstActivatedAt: null });
});

test("a refused activation consumes no code, creates no secret, keeps no copy and writes no event", async () => {
  const { owner } = await ownerWithActiveKey();
  const second = await generated(owner);
  const proof = freshProof(owner);
  expect((await activateKey(owner.member, activationOf(second.id), proof)).ok).toBe(false);
  expect(await db().reveal.count({ where: { keyId: second.id } })).toBe(0);
  expect(await eventsOf(second.id)).toEqual(["api_key.generated"]);
  expect(await retireKey(owner.member, { keyId: second.id, reason: "unwanted" }, proof)).toMatchObject({ ok: true });
});

test("an active key is not activated again", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const refused = await activateKey(owner.member, activationOf(key.id), freshProof(owner));
  expect(refused).toEqual({ ok: false, refusal: { code: "key_already_active", number: key.number } });
});

test("a retired key cannot be activated", async () => {
  const owner = await makeOwner();
  const { id, number } = await generated(owner);
  unwrap(await retireKey(owner.member, { keyId: id, reason: "unwanted" }, freshProof(owner)));
  const refused = await activateKey(owner.member, activationOf(id), freshProof(owner));
  expect(refused).toEqual({ ok: false, refusal: { code: "key_retired", number } });
});

test("another merchant's key is refused like one that does not exist", async () => {
  const [owner, stranger] = await Promise.all([makeOwner(), makeOwner()]);
  const { id } = await generated(owner);
  const theirs = await activateKey(stranger.member, activationOf(id), freshProof(stranger));
  const nobodys = await activateKey(
    stranger.member,
    activationOf("00000000-0000-4000-8000-000000000000"),
    freshProof(stranger),
  );
  expect(theirs).toEqual({ ok: false, refusal: { code: "not_found" } });
  expect(nobodys).toEqual(theirs);
});

test("a code that was used activates nothing", async () => {
  const owner = await makeOwner();
  const [one, two] = [await generated(owner), await generated(owner)];
  const proof = freshProof(owner);
  unwrap(await activateKey(owner.member, activationOf(one.id), proof));
  expect(await activateKey(owner.member, activationOf(two.id), proof)).toMatchObject({
    ok: false,
    refusal: { code: "code_used" },
  });
});

test.each([
  ["198.51.100.300", { code: "ip_malformed", entry: "198.51.100.300" }],
  ["10.0.0.5", { code: "ip_private", entry: "10.0.0.5" }],
  [
    "198.51.99.7/24",
    {
      code: "ip_host_bits",
      entry: "198.51.99.7/24",
      network: "198.51.99.0/24",
      address: "198.51.99.7",
      addresses: 256,
    },
  ],
])("the address %s is refused before anything is consumed", async (entry, refusal) => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  const proof = freshProof(owner);
  expect(await activateKey(owner.member, activationOf(id, { allowedIps: ["198.51.99.7", entry] }), proof)).toEqual({
    ok: false,
    refusal,
  });
  expect(await activateKey(owner.member, activationOf(id), proof)).toMatchObject({ ok: true });
});

test("a ticket that was stored for one key is refused for another", async () => {
  const owner = await makeOwner();
  const ticket = newTicket();
  await activated(owner, { ticket });
  const elsewhere = await makeOwner();
  const { id } = await generated(elsewhere);
  const refused = await activateKey(elsewhere.member, activationOf(id, { ticket }), freshProof(elsewhere));
  expect(refused).toEqual({ ok: false, refusal: { code: "ticket_conflict" } });
  expect(await storedKey(id)).toMatchObject({ status: "generated" });
});

test("while a key is being deactivated no other key can be activated; afterwards one can", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const second = await generated(owner);
  const deactivation = rotate(owner, key.id);
  await expect.poll(async () => (await storedKey(key.id)).status).toBe("inactive");
  const refused = await activateKey(owner.member, activationOf(second.id), freshProof(owner));
  expect(refused).toEqual({ ok: false, refusal: { code: "deactivation_in_progress", number: key.number } });
  await deactivation;
  expect(await activateKey(owner.member, activationOf(second.id), freshProof(owner))).toMatchObject({ ok: true });
});

test("an activation that waited for a deactivation to commit is refused too, because it checks after its write", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const colleague = await makeMember("owner", owner.merchantId);
  const second = await generated(owner);
  let waiting: Promise<unknown> = Promise.resolve();
  const deactivating = "UPDATE api_keys SET status = 'inactive', deactivated_at = clock_timestamp() WHERE id = $1";
  await inOpenTransaction([deactivating, [key.id]], "COMMIT", async () => {
    waiting = activateKey(colleague.member, activationOf(second.id), freshProof(colleague));
    await untilWaitingForLock();
  });
  expect(await waiting).toEqual({ ok: false, refusal: { code: "deactivation_in_progress", number: key.number } });
});

test("a deactivation whose process died blocks other keys, whatever the clocks say, until it is certain that every gateway refuses its key", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const second = await generated(owner);
  await changeKeys("UPDATE api_keys SET status = 'inactive', deactivated_at = now() - interval '1 day' WHERE id = $1", [
    key.id,
  ]);
  expect(await activateKey(owner.member, activationOf(second.id), freshProof(owner))).toMatchObject({
    refusal: { code: "deactivation_in_progress" },
  });
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner)));
  expect(await activateKey(owner.member, activationOf(second.id), freshProof(owner))).toMatchObject({ ok: true });
});

test("another merchant's deactivation blocks nothing", async () => {
  const { key } = await ownerWithActiveKey();
  await changeKeys("UPDATE api_keys SET status = 'inactive', deactivated_at = now() WHERE id = $1", [key.id]);
  await expect(activated(await makeOwner())).resolves.toMatchObject({ secret: expect.any(String) });
});

test("a key activated again during its deactivation, for fewer addresses, returns once no gateway uses the old list", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const colleague = await makeMember("owner", owner.merchantId);
  await changeKeys("UPDATE api_keys SET status = 'inactive', deactivated_at = now() WHERE id = $1", [key.id]);
  const began = performance.now();
  unwrap(
    await activateKey(colleague.member, activationOf(key.id, { allowedIps: ["198.51.99.7"] }), freshProof(colleague)),
  );
  expect(performance.now() - began).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
});
