import pg from "pg";
import { describe, expect, test, vi } from "vitest";
import { activateKey } from "@/lib/api-keys/activate";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { editIps } from "@/lib/api-keys/edit-ips";
import { confirmReceipt } from "@/lib/api-keys/propagation/receipt";
import { readKeyStatus } from "@/lib/api-keys/reads/queries";
import { retireKey } from "@/lib/api-keys/retire";
import { cancelRotation } from "@/lib/api-keys/rotation/cancel";
import { repeatRotation, rotateKey } from "@/lib/api-keys/rotation/rotate";
import { takeOver } from "@/lib/api-keys/rotation/take-over";
import type { Proof } from "@/lib/identity/second-factor/challenge";
import { db } from "@/lib/platform/db/db";
import { retireAnyKey } from "@/lib/support/operator/retire-key";
import { describe as describeRefusal } from "@/lib/words/refusals/refusals";
import { expireRotations } from "@/lib/worker/jobs/rotations";
import { deadlocksFromNow } from "../../kit/database/deadlocks";
import { inOpenTransaction, untilWaitingForLock } from "../../kit/database/locks";
import {
  activated,
  activationOf,
  asDatabaseOwner,
  eventsOf,
  freshProof,
  generated,
  newTicket,
  openedSecret,
  ownerWithActiveKey,
  rotated,
  rotationOf,
  rotationOver,
  storedKey,
  unwrap,
} from "../../kit/people/api-keys";
import { restoreKeys } from "../../kit/people/key-changes";
import { makeOwner, type Owner } from "../../kit/people/people";

const refused = (code: string, more: object = {}) => ({ ok: false, refusal: { code, ...more } });
const mailsAbout = (number: number) =>
  asDatabaseOwner("SELECT template, recipient, data FROM outbox WHERE data->>'number' = $1", [String(number)]);

test("a rotation makes one pair on standby, whose secret is shown once and opens at the gateway, and leaves the active key alone", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const made = await rotated(owner, key.id, { allowedIps: ["198.51.99.7"], takesOver: "manual" });
  expect(await storedKey(made.id)).toMatchObject({
    status: "standby",
    takesOver: "manual",
    allowedIps: ["198.51.99.7"],
    firstActivatedAt: null,
  });
  expect(await storedKey(key.id)).toMatchObject({ status: "active", deactivatedAt: null });
  expect(made.secret).toMatch(/^[A-Za-z0-9]{64}$/);
  expect(await openedSecret(made.id)).toBe(made.secret);
  expect(await eventsOf(made.id)).toEqual(["api_key.rotation_started", "api_key.secret_delivered"]);
  expect(await mailsAbout(made.number)).toMatchObject([{ template: "key_rotation_started", recipient: owner.email }]);
});

test("a pair waits for seven days by the database's clock", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id } = await rotated(owner, key.id);
  const [row] = await asDatabaseOwner(
    "SELECT standby_until - generated_at = interval '7 days' AS week FROM api_keys WHERE id = $1",
    [id],
  );
  expect(row).toEqual({ week: true });
});

test("a lost reply is requested again with its ticket: the same pair, and no second one", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const input = rotationOf(key.id, { allowedIps: ["198.51.99.7"] });
  const first = unwrap(await rotateKey(owner.member, input, freshProof(owner)));
  expect(unwrap((await repeatRotation(owner.member, input)) as never)).toEqual(first);
  expect(await rotateKey(owner.member, input, freshProof(owner))).toEqual(refused("ticket_conflict"));
  expect((await asDatabaseOwner("SELECT FROM api_keys WHERE merchant_id = $1", [owner.merchantId])).length).toBe(2);
});

test.each([
  ["other addresses", { allowedIps: ["198.51.99.8"] }],
  ["another moment", { takesOver: "manual" as const }],
  ["another code", { code: "654321" }],
])("a repeated ticket with %s is refused, and shows nothing", async (_, other) => {
  const { owner, key } = await ownerWithActiveKey();
  const input = rotationOf(key.id, { allowedIps: ["198.51.99.7"] });
  unwrap(await rotateKey(owner.member, input, freshProof(owner)));
  expect(await repeatRotation(owner.member, { ...input, ...other })).toEqual(refused("ticket_conflict"));
});

test("after 120 s the secret is refused, and the sentence says how to continue with a rotation", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const input = rotationOf(key.id);
  const { id, number } = unwrap(await rotateKey(owner.member, input, freshProof(owner)));
  await db().$executeRaw`UPDATE reveals SET expires_at = clock_timestamp() WHERE key_id = ${id}::uuid`;
  const refusal = { code: "secret_no_longer_held", number, standby: true } as const;
  expect(await repeatRotation(owner.member, input)).toEqual({ ok: false, refusal });
  expect(describeRefusal(refusal)).toContain("Cancel the rotation, then rotate again.");
});

test("another Owner who learned the ticket gets nothing", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const input = rotationOf(key.id);
  unwrap(await rotateKey(owner.member, input, freshProof(owner)));
  expect(await repeatRotation((await makeOwner()).member, input)).toBeNull();
});

test("the receipt erases the copy of a pair on standby", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id, ticket } = await rotated(owner, key.id);
  unwrap(await confirmReceipt(owner.member, { keyId: id, ticket }));
  expect(await asDatabaseOwner("SELECT FROM reveals WHERE key_id = $1", [id])).toEqual([]);
  expect((await storedKey(id)).secretReceivedAt).not.toBeNull();
});

test("only an active key of the Owner's own merchant can be rotated", async () => {
  const owner = await makeOwner();
  const { id, number } = await generated(owner);
  expect(await rotateKey(owner.member, rotationOf(id), freshProof(owner))).toEqual(
    refused("key_not_active", { number }),
  );
  const { key } = await ownerWithActiveKey();
  expect(await rotateKey(owner.member, rotationOf(key.id), freshProof(owner))).toEqual(refused("not_found"));
});

test("a second rotation is refused while a pair is on standby, and consumes no code", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { number } = await rotated(owner, key.id);
  const proof = freshProof(owner);
  expect(await rotateKey(owner.member, rotationOf(key.id), proof)).toEqual(refused("rotation_under_way", { number }));
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "other" }, proof));
});

test("invalid addresses are refused before anything is created", async () => {
  const { owner, key } = await ownerWithActiveKey();
  expect(await rotateKey(owner.member, rotationOf(key.id, { allowedIps: ["x"] }), freshProof(owner))).toMatchObject(
    refused("ip_malformed"),
  );
});

test("an Owner's take-over swaps both keys with one event and one mail, and returns once no gateway accepts the old one", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const made = await rotated(owner, key.id, { takesOver: "manual", allowedIps: ["198.51.99.7"] });
  const answer = unwrap(await takeOver(owner.member, { keyId: made.id }, freshProof(owner)));
  expect(answer).toMatchObject({
    number: made.number,
    replaced: { number: key.number, refusedEverywhereAt: expect.any(String) },
  });
  expect(await storedKey(made.id)).toMatchObject({
    status: "active",
    activatedBy: owner.userId,
    firstActivatedAt: expect.any(Date),
  });
  expect(await storedKey(key.id)).toMatchObject({
    status: "inactive",
    deactivationReason: "rotated",
    refusedEverywhereAt: expect.any(Date),
  });
  expect(await eventsOf(made.id)).toEqual([
    "api_key.rotation_started",
    "api_key.secret_delivered",
    "api_key.took_over",
  ]);
  expect(await eventsOf(key.id)).toEqual([
    ...["generated", "activated", "secret_delivered", "refused_everywhere"].map((e) => `api_key.${e}`),
  ]);
  const [event] = await asDatabaseOwner(
    "SELECT actor_id, data FROM audit_events WHERE api_key_id = $1 AND event = 'api_key.took_over'",
    [made.id],
  );
  expect(event).toMatchObject({
    actor_id: owner.userId,
    data: { number: made.number, replaced: key.number, replacedId: key.id, how: "owner" },
  });
  expect((await mailsAbout(made.number)).map(({ template }) => template)).toEqual([
    "key_rotation_started",
    "key_took_over",
  ]);
});

test("a take-over has one time: both keys, its event and the Owners' mails have it", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id, number } = await rotated(owner, key.id);
  unwrap(await takeOver(owner.member, { keyId: id }, freshProof(owner)));
  const { activatedAt, firstActivatedAt } = await storedKey(id);
  const [event] = await asDatabaseOwner(
    "SELECT at FROM audit_events WHERE api_key_id = $1 AND event = 'api_key.took_over'",
    [id],
  );
  const mails = await asDatabaseOwner(
    "SELECT created_at FROM outbox WHERE template = 'key_took_over' AND data->>'number' = $1",
    [String(number)],
  );
  const { deactivatedAt } = await storedKey(key.id);
  expect(activatedAt).not.toBeNull();
  expect([firstActivatedAt, deactivatedAt, event?.at]).toEqual([activatedAt, activatedAt, activatedAt]);
  expect(mails).toEqual([{ created_at: activatedAt }]);
});

test("a repeated take-over finds the swap made, and waits for the gateways again", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id, number } = await rotated(owner, key.id);
  unwrap(await takeOver(owner.member, { keyId: id }, freshProof(owner)));
  expect(unwrap(await takeOver(owner.member, { keyId: id }, freshProof(owner)))).toEqual({ number, replaced: null });
  expect((await eventsOf(id)).filter((event) => event === "api_key.took_over")).toHaveLength(1);
});

test("an expired pair does not take over, and the worker makes it inactive with an event and a mail", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id, number } = await rotated(owner, key.id);
  expect(await expireRotations()).toBe(0);
  await rotationOver(id);
  expect(await takeOver(owner.member, { keyId: id }, freshProof(owner))).toEqual(refused("rotation_over", { number }));
  expect(await expireRotations()).toBe(1);
  expect(await expireRotations()).toBe(0);
  expect(await storedKey(id)).toMatchObject({ status: "inactive", deactivatedAt: null });
  expect(await storedKey(key.id)).toMatchObject({ status: "active" });
  expect((await eventsOf(id)).at(-1)).toBe("api_key.rotation_expired");
  expect((await mailsAbout(number)).at(-1)).toMatchObject({ template: "key_rotation_expired" });
  expect(await takeOver(owner.member, { keyId: id }, freshProof(owner))).toEqual(
    refused("key_not_on_standby", { number }),
  );
});

test("an expired pair is activated like an inactive key: with the secret that was shown, and no new one", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const made = await rotated(owner, key.id);
  await rotationOver(made.id);
  await expireRotations();
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "other" }, freshProof(owner)));
  expect(unwrap(await activateKey(owner.member, activationOf(made.id), freshProof(owner)))).toEqual({
    number: made.number,
    secret: null,
  });
  expect(await openedSecret(made.id)).toBe(made.secret);
});

test("a cancelled rotation retires the pair, keeps the active key, and can be started again", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id, number } = await rotated(owner, key.id);
  for (let time = 0; time < 2; time++) unwrap(await cancelRotation(owner.member, { keyId: id }, freshProof(owner)));
  expect(await storedKey(id)).toMatchObject({ status: "retired", retirementReason: "cancelled" });
  expect(await storedKey(key.id)).toMatchObject({ status: "active" });
  expect((await eventsOf(id)).filter((event) => event === "api_key.rotation_cancelled")).toHaveLength(1);
  expect((await mailsAbout(number)).map(({ template }) => template)).toEqual([
    "key_rotation_started",
    "key_rotation_cancelled",
  ]);
  expect(await takeOver(owner.member, { keyId: id }, freshProof(owner))).toEqual(refused("key_retired", { number }));
});

test("a key that is not on standby can neither take over nor be cancelled", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const other = await generated(owner);
  expect(await takeOver(owner.member, { keyId: other.id }, freshProof(owner))).toEqual(
    refused("key_not_on_standby", { number: other.number }),
  );
  expect(await cancelRotation(owner.member, { keyId: other.id }, freshProof(owner))).toEqual(
    refused("key_not_on_standby", { number: other.number }),
  );
  expect(await cancelRotation(owner.member, { keyId: key.id }, freshProof(owner))).toEqual(
    refused("key_is_active", { number: key.number }),
  );
  const stranger = await makeOwner();
  expect(await takeOver(stranger.member, { keyId: key.id }, freshProof(stranger))).toEqual(refused("not_found"));
});

test("a key on standby is neither activated, deactivated nor rotated; its addresses can be edited, and it can be retired", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id, number } = await rotated(owner, key.id);
  const standby = refused("key_on_standby", { number });
  expect(await activateKey(owner.member, activationOf(id), freshProof(owner))).toEqual(standby);
  for (const reason of ["other", "lost"] as const)
    expect(await deactivateKey(owner.member, { keyId: id, reason }, freshProof(owner))).toEqual(standby);
  expect(await rotateKey(owner.member, rotationOf(id), freshProof(owner))).toEqual(standby);
  unwrap(await editIps(owner.member, { keyId: id, allowedIps: ["198.51.99.9"] }, freshProof(owner)));
  expect(await storedKey(id)).toMatchObject({ status: "standby", allowedIps: ["198.51.99.9"] });
  unwrap(await retireKey(owner.member, { keyId: id, reason: "compromised" }, freshProof(owner)));
  expect((await eventsOf(id)).at(-1)).toBe("api_key.retired");
});

test("an operator retires a key on standby", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id } = await rotated(owner, key.id);
  unwrap(await retireAnyKey("tests", { keyId: id, merchantId: owner.merchantId }, "compromised"));
  expect(await storedKey(id)).toMatchObject({ status: "retired" });
});

test("deactivating the key leaves the pair on standby: only an Owner can activate it", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id, number } = await rotated(owner, key.id);
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "other" }, freshProof(owner)));
  expect(await storedKey(id)).toMatchObject({ status: "standby" });
  expect(unwrap(await takeOver(owner.member, { keyId: id }, freshProof(owner)))).toEqual({ number, replaced: null });
  expect(await storedKey(id)).toMatchObject({ status: "active" });
});

test.each(["compromised", "other"] as const)(
  "a key that is deactivated as %s hands over to the pair on standby with the same code",
  async (reason) => {
    const { owner, key } = await ownerWithActiveKey();
    const { id } = await rotated(owner, key.id, { takesOver: "manual" });
    unwrap(await deactivateKey(owner.member, { keyId: key.id, reason, takeOver: true }, freshProof(owner)));
    expect(await storedKey(key.id)).toMatchObject({
      status: reason === "other" ? "inactive" : "retired",
      deactivationReason: reason,
    });
    expect(await storedKey(id)).toMatchObject({ status: "active" });
    expect((await eventsOf(id)).at(-1)).toBe("api_key.took_over");
  },
);

test("a deactivation that hands over changes nothing more when repeated", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id } = await rotated(owner, key.id);
  for (let time = 0; time < 2; time++)
    unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "other", takeOver: true }, freshProof(owner)));
  expect((await eventsOf(id)).filter((event) => event === "api_key.took_over")).toHaveLength(1);
});

test("a password is enough to deactivate, but not to activate another key", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id } = await rotated(owner, key.id);
  const proof = { kind: "password", userId: owner.userId } as const;
  const request = { keyId: key.id, reason: "other", takeOver: true } as const;
  expect(await deactivateKey(owner.member, request, proof)).toEqual(refused("take_over_needs_code"));
  expect(await storedKey(id)).toMatchObject({ status: "standby" });
  expect(await storedKey(key.id)).toMatchObject({ status: "active" });
});

test("the database allows no second pair on standby, no other key on standby, and activates one only by a take-over", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id } = await rotated(owner, key.id);
  const asApp = async (sql: string, values: unknown[]) =>
    (await import("@/lib/platform/db/db")).db().$executeRawUnsafe(sql, ...values);
  await expect(
    asApp("UPDATE api_keys SET status = 'active', first_activated_at = now() WHERE id = $1::uuid", [id]),
  ).rejects.toThrow("becomes active by taking over");
  await expect(asApp("UPDATE api_keys SET status = 'standby' WHERE id = $1::uuid", [key.id])).rejects.toThrow(
    "from its beginning or never",
  );
  await expect(asApp("UPDATE api_keys SET takes_over = 'manual' WHERE id = $1::uuid", [id])).rejects.toThrow(
    "write-once",
  );
  await expect(
    asApp("UPDATE api_keys SET standby_until = now() + interval '1 year' WHERE id = $1::uuid", [id]),
  ).rejects.toThrow("write-once");
});

test("pairs for many merchants each have the id of their own ticket", async () => {
  const owner = await makeOwner();
  const key = await activated(owner);
  const ids = new Set<string>();
  for (let time = 0; time < 3; time++) {
    const { id } = await rotated(owner, key.id, { ticket: newTicket() });
    ids.add(id);
    unwrap(await cancelRotation(owner.member, { keyId: id }, freshProof(owner)));
  }
  expect(ids.size).toBe(3);
});

test("a gateway cannot take over for an Owner, nor the dashboard's role for a request without an Owner", async () => {
  const gateway = new (await import("pg")).default.Client({ connectionString: process.env.GATEWAY_DATABASE_URL });
  await gateway.connect();
  try {
    const { owner, key } = await ownerWithActiveKey();
    const { id } = await rotated(owner, key.id, { takesOver: "manual" });
    const actor = JSON.stringify({ merchantId: owner.merchantId, userId: owner.userId });
    await expect(gateway.query("SELECT take_over($1, 'owner', $2, '198.51.99.7')", [id, actor])).rejects.toThrow(
      "takes over for a request",
    );
    const { rows } = await gateway.query("SELECT outcome FROM take_over($1, 'first_request', NULL, '198.51.99.7')", [
      id,
    ]);
    expect(rows).toEqual([{ outcome: "manual" }]);
    expect(await storedKey(id)).toMatchObject({ status: "standby" });
  } finally {
    await gateway.end();
  }
});

describe("deactivating a key while a pair is on standby", () => {
  const stop = (owner: Owner, keyId: string, reason: "compromised" | "rotating" = "compromised") =>
    deactivateKey(owner.member, { keyId, reason, takeOver: true }, freshProof(owner));
  const statusOf = async (id: string) => (await storedKey(id)).status;

  test("replaces nothing if it is not the active key", async () => {
    const { owner, key } = await ownerWithActiveKey();
    unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner)));
    const active = await activated(owner);
    const waiting = await rotated(owner, active.id, { takesOver: "manual" });
    expect(unwrap(await stop(owner, key.id)).active).toBe(active.number);
    expect([await statusOf(key.id), await statusOf(active.id), await statusOf(waiting.id)]).toEqual([
      "retired",
      "active",
      "standby",
    ]);
  });

  test("works too if the pair was cancelled or its time is over, and the reply says that no key is active", async () => {
    const { owner, key } = await ownerWithActiveKey();
    await rotated(owner, key.id).then(({ id }) => rotationOver(id));
    expect(unwrap(await stop(owner, key.id)).active).toBeNull();
    expect(await statusOf(key.id)).toBe("retired");
  });

  test("names the key that took over in the same moment", async () => {
    const { owner, key } = await ownerWithActiveKey();
    const waiting = await rotated(owner, key.id);
    expect(unwrap(await stop(owner, key.id)).active).toBe(waiting.number);
  });

  test("does not wait for a pair that came to standby after it locked its key: it is busy, and nothing was changed", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { owner, key } = await ownerWithActiveKey();
    const { id } = await rotated(owner, key.id);
    const set = (status: string) =>
      restoreKeys('UPDATE api_keys SET status = $2::"KeyStatus" WHERE id = $1', [id, status]);
    await set("inactive");
    let stopping: ReturnType<typeof stop> | undefined;
    let holding: Promise<void> | undefined;
    // The deactivation has locked its key and waits to write its event.
    await inOpenTransaction(["LOCK TABLE audit_events IN SHARE ROW EXCLUSIVE MODE", []], "ROLLBACK", async () => {
      stopping = stop(owner, key.id);
      await untilWaitingForLock();
      await set("standby");
      await new Promise<void>((held) => {
        holding = inOpenTransaction(["SELECT FROM api_keys WHERE id = $1 FOR UPDATE", [id]], "ROLLBACK", async () => {
          held();
          await stopping;
        });
      });
    });
    expect(await stopping).toMatchObject({ ok: false, refusal: { code: "busy" } });
    await holding;
    expect(warned.mock.calls.flat().filter((line) => /55P03|57014|40P01/.test(String(line)))).toEqual([]);
    expect([await statusOf(key.id), await statusOf(id)]).toEqual(["active", "standby"]);
  });

  test("concurrently with a take-over of the same Owner never deadlocks", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const deadlocks = deadlocksFromNow();
    for (let round = 0; round < 6; round++) {
      const { owner, key } = await ownerWithActiveKey();
      const waiting = await rotated(owner, key.id);
      const proofs = [freshProof(owner), freshProof(owner)];
      await Promise.all([
        deactivateKey(owner.member, { keyId: key.id, reason: "rotating", takeOver: true }, proofs[0] as Proof),
        takeOver(owner.member, { keyId: waiting.id }, proofs[1] as Proof),
      ]);
    }
    expect(deadlocks()).toEqual([]);
  });
});

test("a pair generated for one key does not take over by a request from a key that was activated later", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const waiting = await rotated(owner, key.id);
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "compromised" }, freshProof(owner)));
  const later = await activated(owner);
  const gateway = new pg.Client({ connectionString: process.env.GATEWAY_DATABASE_URL });
  await gateway.connect();
  const ask = "SELECT outcome FROM take_over($1, 'first_request', NULL, '198.51.99.7')";
  const { rows } = await gateway.query(ask, [waiting.id]).finally(() => gateway.end());
  expect(rows).toEqual([{ outcome: "manual" }]);
  expect((await storedKey(later.id)).status).toBe("active");
  const { rotation } = await readKeyStatus(owner.merchantId);
  expect(rotation.standby, "the page says so").toMatchObject({ id: waiting.id, takesOver: "manual" });
  unwrap(await takeOver(owner.member, { keyId: waiting.id }, freshProof(owner)));
  expect((await storedKey(waiting.id)).status).toBe("active");
});

test("the dashboard's role cannot take over for a request, nor for an Owner without a session", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const waiting = await rotated(owner, key.id);
  const call = (how: string, actor: object | null) =>
    db()
      .$queryRaw`SELECT outcome FROM take_over(${waiting.id}::uuid, ${how}, ${actor && JSON.stringify(actor)}::jsonb, '198.51.99.7')`;
  await expect(call("first_request", null)).rejects.toThrow();
  await expect(call("owner", { merchantId: owner.merchantId })).rejects.toThrow();
  expect((await storedKey(waiting.id)).status).toBe("standby");
});
