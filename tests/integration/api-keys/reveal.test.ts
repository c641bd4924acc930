import { beforeAll, expect, test } from "vitest";
import { type Activation, activateKey, repeatActivation } from "@/lib/api-keys/activate";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { confirmReceipt } from "@/lib/api-keys/propagation/receipt";
import { DELIVERED_FOR_SECONDS } from "@/lib/api-keys/reveal/delivered-for";
import { db } from "@/lib/platform/db/db";
import {
  activationOf,
  asDatabaseOwner,
  eventsOf,
  freshProof,
  generated,
  newTicket,
  storedKey,
  unwrap,
} from "../../kit/people/api-keys";
import { makeMember, makeOwner, memberFor, type Owner } from "../../kit/people/people";

let owner: Owner;
beforeAll(async () => {
  owner = await makeOwner();
});

/** A first activation at a new merchant: its request and its result. */
async function shown(
  allowedIps = ["198.51.99.7", "198.51.99.8"],
): Promise<{ owner: Owner; input: Activation; number: number; secret: string | null }> {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  const input = activationOf(id, { allowedIps });
  return { owner, input, ...unwrap(await activateKey(owner.member, input, freshProof(owner))) };
}

const copies = (keyId: string) => db().reveal.count({ where: { keyId } });
const refusal = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });

test("the identical request returns the same secret, without a second code", async () => {
  const { owner, input, number, secret } = await shown();
  expect(await repeatActivation(owner.member, input)).toEqual({ ok: true, value: { number, secret } });
});

test("the same addresses in another order and spelling are the identical request", async () => {
  const { owner, input, secret } = await shown();
  const again = { ...input, allowedIps: ["198.51.99.8, 198.51.99.7"] };
  expect(await repeatActivation(owner.member, again)).toMatchObject({ ok: true, value: { secret } });
});

test("five deliveries, the first included, and a sixth is refused", async () => {
  const { owner, input, number } = await shown();
  for (let delivery = 2; delivery <= 5; delivery++)
    expect((await repeatActivation(owner.member, input))?.ok).toBe(true);
  expect(await repeatActivation(owner.member, input)).toEqual({
    ok: false,
    refusal: { code: "secret_no_longer_held", number },
  });
  expect((await eventsOf(input.keyId)).filter((event) => event === "api_key.secret_delivered")).toHaveLength(5);
});

test("of 20 concurrent requests no more than five are answered, the first included", async () => {
  const { owner, input } = await shown();
  const replies = await Promise.all(Array.from({ length: 20 }, () => repeatActivation(owner.member, input)));
  expect(replies.filter((reply) => reply?.ok)).toHaveLength(4);
  expect(replies.filter((reply) => reply && !reply.ok && reply.refusal.code === "secret_no_longer_held")).toHaveLength(
    16,
  );
});

test("a delivery that cannot be recorded is not made, and not counted", async () => {
  const { owner, input } = await shown();
  const broken = { ...owner.member, address: "\u0000" };
  await expect(repeatActivation(broken, input)).rejects.toThrow();
  expect(await db().reveal.findUnique({ where: { keyId: input.keyId }, select: { deliveries: true } })).toEqual({
    deliveries: 1,
  });
});

test("after 120 s by the database's clock the secret is refused, to its own dialog too", async () => {
  const { owner, input } = await shown();
  const { expires } = (
    await db().$queryRaw<{ expires: number }[]>`
    SELECT extract(epoch FROM expires_at - now())::float8 AS expires FROM reveals WHERE key_id = ${input.keyId}::uuid`
  )[0] ?? { expires: 0 };
  expect(expires).toBeGreaterThan(DELIVERED_FOR_SECONDS - 20);
  expect(expires).toBeLessThanOrEqual(DELIVERED_FOR_SECONDS);
  await db().$executeRaw`UPDATE reveals SET expires_at = clock_timestamp() WHERE key_id = ${input.keyId}::uuid`;
  expect(await repeatActivation(owner.member, input)).toEqual(refusal("secret_no_longer_held"));
});

test.each<[string, (input: Activation, owner: Owner) => Promise<Partial<Activation>> | Partial<Activation>]>([
  ["other addresses", () => ({ allowedIps: ["198.51.99.7"] })],
  ["no addresses", () => ({ allowedIps: [] })],
  ["addresses that are none", () => ({ allowedIps: ["nowhere"] })],
  ["another code", () => ({ code: "654321" })],
  ["no code", () => ({ code: "" })],
  ["another key", async (_input, owner) => ({ keyId: (await generated(owner)).id })],
])("the same ticket with %s is refused as a conflict, and nothing is delivered", async (_what, change) => {
  const { owner, input } = await shown();
  const other = { ...input, ...(await change(input, owner)) };
  expect(await repeatActivation(owner.member, other)).toEqual({ ok: false, refusal: { code: "ticket_conflict" } });
  expect(await db().reveal.findUnique({ where: { keyId: input.keyId }, select: { deliveries: true } })).toEqual({
    deliveries: 1,
  });
});

test("another ticket finds nothing, as if the key had never been activated", async () => {
  const { owner, input } = await shown();
  expect(await repeatActivation(owner.member, { ...input, ticket: newTicket() })).toBeNull();
});

test("another session of the same user finds nothing", async () => {
  const { owner, input } = await shown();
  expect(await repeatActivation(await memberFor(owner, owner.merchantId, "owner"), input)).toBeNull();
});

test("another Owner of the merchant finds nothing, whatever session is claimed", async () => {
  const { owner, input } = await shown();
  const colleague = await makeMember("owner", owner.merchantId);
  expect(await repeatActivation(colleague.member, input)).toBeNull();
  const claiming = { ...colleague.member, sessionId: owner.member.sessionId };
  expect(await repeatActivation(claiming, input)).toEqual({ ok: false, refusal: { code: "logged_out" } });
});

test("the same user at another merchant finds nothing", async () => {
  const { owner, input } = await shown();
  const { merchantId } = await makeOwner();
  expect(await repeatActivation({ ...owner.member, merchantId }, input)).toEqual({
    ok: false,
    refusal: { code: "not_found" },
  });
  const both = await memberFor(owner, merchantId, "owner");
  await asDatabaseOwner("INSERT INTO memberships (user_id, merchant_id, role) VALUES ($1, $2, 'owner')", [
    owner.userId,
    merchantId,
  ]);
  expect(await repeatActivation({ ...both, sessionId: owner.member.sessionId }, input)).toBeNull();
});

test("a ticket that was never stored finds nothing, so the code is verified", async () => {
  const { id } = await generated(owner);
  expect(await repeatActivation(owner.member, activationOf(id))).toBeNull();
});

test("the receipt erases the copy, and then the same ticket finds nothing", async () => {
  const { owner, input } = await shown();
  unwrap(await confirmReceipt(owner.member, input));
  expect(await copies(input.keyId)).toBe(0);
  expect(await repeatActivation(owner.member, input)).toBeNull();
  expect((await storedKey(input.keyId)).secretReceivedAt).not.toBeNull();
  expect((await eventsOf(input.keyId)).at(-1)).toBe("api_key.secret_received");
});

test("a receipt that is repeated is accepted, and written once", async () => {
  const { owner, input, number } = await shown();
  unwrap(await confirmReceipt(owner.member, input));
  expect(await confirmReceipt(owner.member, input)).toEqual({ ok: true, value: { number } });
  expect((await eventsOf(input.keyId)).filter((event) => event === "api_key.secret_received")).toHaveLength(1);
});

test("a receipt under another ticket is refused, and erases nothing", async () => {
  const { owner, input } = await shown();
  expect(await confirmReceipt(owner.member, { ...input, ticket: newTicket() })).toEqual(refusal("not_found"));
  expect([await copies(input.keyId), (await storedKey(input.keyId)).secretReceivedAt]).toEqual([1, null]);
});

test("a receipt from another session, user or merchant is refused, and erases nothing", async () => {
  const { owner, input } = await shown();
  const colleague = await makeMember("owner", owner.merchantId);
  const stranger = await makeOwner();
  for (const member of [await memberFor(owner, owner.merchantId, "owner"), colleague.member, stranger.member]) {
    expect(await confirmReceipt(member, input)).toEqual(refusal("not_found"));
  }
  expect(await copies(input.keyId)).toBe(1);
});

test("a receipt of a key whose secret was not shown is refused", async () => {
  const { id } = await generated(owner);
  expect(await confirmReceipt(owner.member, { keyId: id, ticket: newTicket() })).toEqual(refusal("not_found"));
});

test.each(["rotating", "compromised"] as const)(
  "deactivation (%s) erases the copy: the ticket finds nothing",
  async (reason) => {
    const { owner, input } = await shown();
    const deactivation = deactivateKey(owner.member, { keyId: input.keyId, reason }, freshProof(owner));
    await expect.poll(() => copies(input.keyId)).toBe(0);
    expect(await repeatActivation(owner.member, input)).toBeNull();
    await deactivation;
  },
);
