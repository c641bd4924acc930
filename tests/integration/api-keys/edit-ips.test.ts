import { expect, test } from "vitest";
import type { Member } from "@/lib/access/member";
import { activateKey } from "@/lib/api-keys/activate";
import { editIps } from "@/lib/api-keys/edit-ips";
import { retireKey } from "@/lib/api-keys/retire";
import { db } from "@/lib/platform/db/db";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { leaseWaits } from "../../kit/gateway/lease-waits";
import { activated, activationOf, eventsOf, freshProof, generated, storedKey, unwrap } from "../../kit/people/api-keys";
import { changeKeys } from "../../kit/people/key-changes";
import { makeOwner } from "../../kit/people/people";

async function edit(member: Member, keyId: string, allowedIps: string[]) {
  const began = performance.now();
  const result = await editIps(member, { keyId, allowedIps }, freshProof(member));
  return { result, took: performance.now() - began };
}

async function activeFor(allowedIps: string[]) {
  const owner = await makeOwner();
  return { owner, key: await activated(owner, { allowedIps }) };
}

test.concurrent("the list is stored in canonical form, each address once, with the lists before and after in the event", async () => {
  const owner = await makeOwner();
  const { id, number } = await generated(owner);
  const { result } = await edit(owner.member, id, ["198.51.99.7, ::ffff:198.51.99.7", "2A00:1450:0::1"]);
  const after = ["198.51.99.7", "2a00:1450::1"];
  expect(result).toEqual({ ok: true, value: { number } });
  expect((await storedKey(id)).allowedIps).toEqual(after);
  const [event] = await db().auditEvent.findMany({ where: { apiKeyId: id, event: "api_key.ips_changed" } });
  expect(event?.data).toMatchObject({ number, before: [], after });
});

test.concurrent.each<[string, string[], string[]]>([
  ["one address is taken away", ["198.51.99.7", "198.51.99.8"], ["198.51.99.8"]],
  ["any address becomes one", [], ["198.51.99.7"]],
  ["a network shrinks", ["198.51.99.0/24"], ["198.51.99.0/25"]],
  ["an address is exchanged", ["198.51.99.7"], ["198.51.99.8"]],
])("of an active key, when %s, the reply waits 1,200 ms for the gateways", async (_what, before, after) => {
  const { owner, key } = await activeFor(before);
  const { result, took } = await edit(owner.member, key.id, after);
  expect(result.ok).toBe(true);
  expect(took).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
});

test.each<[string, string[], string[]]>([
  ["an address is added", ["198.51.99.7"], ["198.51.99.7", "198.51.99.8"]],
  ["one address becomes any", ["198.51.99.7"], []],
  ["a network grows", ["198.51.99.0/25"], ["198.51.99.0/24"]],
])("when %s there is no wait", async (_what, before, after) => {
  const { owner, key } = await activeFor(before);
  expect(await leaseWaits(() => edit(owner.member, key.id, after))).toBe(0);
  expect(await leaseWaits(() => edit(owner.member, key.id, ["198.51.99.9"]))).toBe(1);
});

test.concurrent("a repeat of a narrowing edit finds its list stored, waits again and writes no second event", async () => {
  const { owner, key } = await activeFor([]);
  await edit(owner.member, key.id, ["198.51.99.7"]);
  const { result, took } = await edit(owner.member, key.id, ["198.51.99.7"]);
  expect(result.ok).toBe(true);
  expect(took).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
  expect((await eventsOf(key.id)).filter((event) => event === "api_key.ips_changed")).toHaveLength(1);
});

/** An address is being removed by a request whose wait is not over. */
async function beingNarrowed() {
  const { owner, key } = await activeFor(["198.51.99.7", "198.51.99.8"]);
  const narrowing = edit(owner.member, key.id, ["198.51.99.8"]);
  await expect.poll(async () => (await storedKey(key.id)).allowedIps, { timeout: 60_000 }).toEqual(["198.51.99.8"]);
  return { owner, key, narrowing };
}
const WIDER = ["198.51.99.8", "198.51.99.9"];

test("a wider list during a narrowing returns when the narrowing has reached every gateway, and the next at once", async () => {
  const { owner, key, narrowing } = await beingNarrowed();
  expect((await edit(owner.member, key.id, WIDER)).took).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
  expect((await narrowing).result.ok).toBe(true);
  expect(await leaseWaits(() => edit(owner.member, key.id, [...WIDER, "198.51.99.10"]))).toBe(0);
});

test("a wider list after a narrowing whose wait was abandoned returns when the narrowing has reached every gateway", async () => {
  const { owner, key } = await activeFor(["198.51.99.8"]);
  await changeKeys("UPDATE api_keys SET narrowing = true WHERE id = $1", [key.id]);
  expect(await leaseWaits(() => edit(owner.member, key.id, WIDER))).toBe(1);
  expect((await storedKey(key.id)).narrowing).toBe(false);
});

test("an activation with a wider list, during a deactivation and a narrowing, waits too", async () => {
  const { owner, key, narrowing } = await beingNarrowed();
  await changeKeys(
    "UPDATE api_keys SET status = 'inactive', deactivated_at = now(), refused_everywhere_at = NULL WHERE id = $1",
    [key.id],
  );
  const began = performance.now();
  unwrap(await activateKey(owner.member, activationOf(key.id, { allowedIps: WIDER }), freshProof(owner)));
  expect(performance.now() - began).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
  await narrowing;
});

test("a key that no gateway accepts is narrowed without a wait", async () => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  expect(await leaseWaits(() => edit(owner.member, id, ["198.51.99.7"]))).toBe(0);
});

test.concurrent("a key that is being deactivated is narrowed with the wait: a gateway may still accept it", async () => {
  const { owner, key } = await activeFor([]);
  await changeKeys("UPDATE api_keys SET status = 'inactive', deactivated_at = now() WHERE id = $1", [key.id]);
  expect((await edit(owner.member, key.id, ["198.51.99.7"])).took).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
});

test.concurrent.each([
  ["nonsense", { code: "ip_malformed", entry: "nonsense" }],
  ["192.168.0.1", { code: "ip_private", entry: "192.168.0.1" }],
  [
    "198.51.99.7/8",
    {
      code: "ip_host_bits",
      entry: "198.51.99.7/8",
      network: "198.0.0.0/8",
      address: "198.51.99.7",
      addresses: 16_777_216,
    },
  ],
])("the entry %s is refused, and the list stays as it was", async (entry, refusal) => {
  const { owner, key } = await activeFor(["198.51.99.7"]);
  expect((await edit(owner.member, key.id, ["198.51.99.8", entry])).result).toEqual({ ok: false, refusal });
  expect((await storedKey(key.id)).allowedIps).toEqual(["198.51.99.7"]);
});

test.concurrent("51 addresses are refused", async () => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  const many = Array.from({ length: 51 }, (_, n) => `198.51.99.${n + 1}`);
  expect((await edit(owner.member, id, many)).result).toEqual({
    ok: false,
    refusal: { code: "ip_too_many", limit: 50 },
  });
});

test.concurrent("a retired key's list cannot be changed", async () => {
  const owner = await makeOwner();
  const { id, number } = await generated(owner);
  unwrap(await retireKey(owner.member, { keyId: id, reason: "unwanted" }, freshProof(owner)));
  expect((await edit(owner.member, id, ["198.51.99.7"])).result).toEqual({
    ok: false,
    refusal: { code: "key_retired", number },
  });
});

test.concurrent("another merchant's key is refused like one that does not exist", async () => {
  const { key } = await activeFor(["198.51.99.7"]);
  expect((await edit((await makeOwner()).member, key.id, [])).result).toEqual({
    ok: false,
    refusal: { code: "not_found" },
  });
  expect((await storedKey(key.id)).allowedIps).toEqual(["198.51.99.7"]);
});

test.concurrent("a code that was used changes no list", async () => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  const proof = freshProof(owner);
  unwrap(await editIps(owner.member, { keyId: id, allowedIps: ["198.51.99.7"] }, proof));
  expect(await editIps(owner.member, { keyId: id, allowedIps: [] }, proof)).toMatchObject({
    refusal: { code: "code_used" },
  });
  expect((await storedKey(id)).allowedIps).toEqual(["198.51.99.7"]);
});
