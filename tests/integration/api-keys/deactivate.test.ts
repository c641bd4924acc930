import { afterAll, expect, test } from "vitest";
import type { Member } from "@/lib/access/member";
import { activateKey } from "@/lib/api-keys/activate";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { listKeys } from "@/lib/api-keys/reads/queries";
import { retireKey } from "@/lib/api-keys/retire";
import { Indeterminate } from "@/lib/platform/db/database-busy";
import { db } from "@/lib/platform/db/db";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { leaseWaits } from "../../kit/gateway/lease-waits";
import {
  activationOf,
  asDatabaseOwner,
  deactivatedWithPassword,
  eventsOf,
  freshProof,
  generated,
  ownerWithActiveKey,
  storedKey,
  unwrap,
} from "../../kit/people/api-keys";
import { changeKeys } from "../../kit/people/key-changes";
import { makeMember, makeOwner } from "../../kit/people/people";

type Reason = "rotating" | "lost" | "compromised" | "other";
type Stopped = Awaited<ReturnType<typeof deactivateKey>>;

/** Repeated if the database was too busy for what follows the change, as an Owner would. */
const stop = (member: Member, keyId: string, reason: Reason = "rotating"): Promise<Stopped> =>
  deactivateKey(member, { keyId, reason }, freshProof(member)).catch((error: unknown) => {
    if (error instanceof Indeterminate) return stop(member, keyId, reason);
    throw error;
  });

async function timed<T>(work: Promise<T>): Promise<{ result: T; took: number }> {
  const began = performance.now();
  return { result: await work, took: performance.now() - began };
}

test.concurrent("the reply comes 1,200 ms after the commit at the earliest, with the time from which every gateway refuses", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { result, took } = await timed(stop(owner.member, key.id));
  const stored = await storedKey(key.id);
  expect(took).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
  const [deactivatedAt, refusedEverywhereAt] = [
    stored.deactivatedAt?.toISOString(),
    stored.refusedEverywhereAt?.toISOString(),
  ];
  const propagation = { endedBy: "time", gateways: [] };
  const times = { deactivatedAt, refusedEverywhereAt };
  expect(result).toEqual({ ok: true, value: { number: key.number, ...times, propagation, active: null } });
  expect(Number(stored.refusedEverywhereAt) - Number(stored.deactivatedAt)).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
  expect(stored).toMatchObject({ status: "inactive", deactivatedBy: owner.userId, deactivationReason: "rotating" });
});

test.concurrent("until then the key is shown as deactivating, and no time is recorded", async () => {
  for (let left = 20; ; left--) {
    const { owner, key } = await ownerWithActiveKey();
    const state = async () => (await listKeys(owner.merchantId)).keys[0]?.state;
    const deactivation = stop(owner.member, key.id);
    await expect.poll(state, { interval: 5, timeout: 60_000 }).not.toBe("active");
    const [shown, stored] = [await state(), await storedKey(key.id)];
    await deactivation;
    expect(await state()).toBe("inactive");
    // On a busy machine nobody may have looked within those 1,200 ms.
    if (stored.refusedEverywhereAt !== null && left > 0) continue;
    expect(stored).toMatchObject({ status: "inactive", refusedEverywhereAt: null });
    expect(shown).toBe("deactivating");
    return;
  }
});

test.concurrent("the two events are written, each with its change", async () => {
  const { owner, key } = await ownerWithActiveKey();
  await stop(owner.member, key.id, "other");
  expect((await eventsOf(key.id)).slice(-2)).toEqual(["api_key.deactivated", "api_key.refused_everywhere"]);
});

test.concurrent("a repeat waits again, returns the same and writes nothing", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const first = await stop(owner.member, key.id);
  const events = await eventsOf(key.id);
  const { result, took } = await timed(stop(owner.member, key.id, "other"));
  expect(took).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
  expect(result).toEqual(first);
  expect(await eventsOf(key.id)).toEqual(events);
  expect((await storedKey(key.id)).deactivationReason).toBe("rotating");
});

test.concurrent("two Owners at once get one result, and one event", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const colleague = await makeMember("owner", owner.merchantId);
  const [one, two] = await Promise.all([stop(owner.member, key.id), stop(colleague.member, key.id)]);
  expect(unwrap(one)).toEqual(unwrap(two));
  expect((await eventsOf(key.id)).filter((event) => event === "api_key.refused_everywhere")).toHaveLength(1);
});

test.concurrent.each(["lost", "compromised"] as const)(
  "the reason %s retires the key permanently, in the same transaction",
  async (reason) => {
    const { owner, key } = await ownerWithActiveKey();
    unwrap(await stop(owner.member, key.id, reason));
    expect(await storedKey(key.id)).toMatchObject({
      status: "retired",
      deactivationReason: reason,
      retirementReason: reason,
      retiredBy: owner.userId,
    });
    const events = await db().$queryRaw<{ transactions: number }[]>`
    SELECT count(DISTINCT xmin::text)::int AS transactions FROM audit_events
    WHERE api_key_id = ${key.id}::uuid AND event IN ('api_key.deactivated', 'api_key.retired')`;
    expect(events).toEqual([{ transactions: 1 }]);
    expect(await activateKey(owner.member, activationOf(key.id), freshProof(owner))).toMatchObject({
      refusal: { code: "key_retired" },
    });
  },
);

test.concurrent("a key retired permanently is shown as deactivating on the list until every gateway refuses it, then leaves the list", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const deactivation = stop(owner.member, key.id, "compromised");
  await expect.poll(async () => (await listKeys(owner.merchantId)).keys[0]?.state).toBe("deactivating");
  await deactivation;
  expect((await listKeys(owner.merchantId)).keys).toEqual([]);
});

test.concurrent("a secret reported lost after the key was deactivated retires it all the same", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const first = unwrap(await stop(owner.member, key.id));
  expect(unwrap(await stop(owner.member, key.id, "lost"))).toEqual(first);
  expect(await storedKey(key.id)).toMatchObject({
    status: "retired",
    deactivationReason: "rotating",
    retirementReason: "lost",
  });
});

test.concurrent("a repeat of a permanent deactivation waits and returns the same", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const first = await stop(owner.member, key.id, "compromised");
  expect(await stop(owner.member, key.id, "compromised")).toEqual(first);
});

test.concurrent("a key that was never active is refused", async () => {
  const owner = await makeOwner();
  const { id, number } = await generated(owner);
  for (const reason of ["rotating", "lost"] as const) {
    expect(await stop(owner.member, id, reason)).toEqual({ ok: false, refusal: { code: "key_not_active", number } });
  }
});

test.concurrent("a retired key is refused", async () => {
  const owner = await makeOwner();
  const { id, number } = await generated(owner);
  unwrap(await retireKey(owner.member, { keyId: id, reason: "unwanted" }, freshProof(owner)));
  expect(await stop(owner.member, id)).toEqual({ ok: false, refusal: { code: "key_retired", number } });
});

test.concurrent("another merchant's key gets the same reply as one that does not exist, and stays active", async () => {
  const { key } = await ownerWithActiveKey();
  const stranger = await makeOwner();
  expect(await stop(stranger.member, key.id)).toEqual({ ok: false, refusal: { code: "not_found" } });
  expect(await storedKey(key.id)).toMatchObject({ status: "active" });
});

test("a used code deactivates nothing, and a refusal returns at once", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const proof = freshProof(owner);
  await db().$executeRaw`UPDATE totp_devices SET last_step = 1000000000 WHERE user_id = ${owner.userId}::uuid`;
  const waits = await leaseWaits(async () => {
    const result = await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, proof);
    expect(result).toMatchObject({ ok: false, refusal: { code: "code_used" } });
  });
  expect(waits).toBe(0);
  expect(await storedKey(key.id)).toMatchObject({ status: "active" });
});

test.concurrent("a password in place of a locked code deactivates a key, and the event says so", async () => {
  const { owner, key } = await ownerWithActiveKey();
  await deactivatedWithPassword(owner, key.id, "other");
  const [event] = await db().auditEvent.findMany({
    where: { apiKeyId: key.id, event: "api_key.deactivated" },
    select: { data: true },
  });
  expect(event?.data).toMatchObject({ number: key.number, proof: "password", reason: "other" });
});

test("a key that is activated again during the wait is reported as active, not as refused", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const colleague = await makeMember("owner", owner.merchantId);
  const deactivation = stop(owner.member, key.id);
  await expect.poll(async () => (await storedKey(key.id)).status).toBe("inactive");
  unwrap(await activateKey(colleague.member, activationOf(key.id), freshProof(colleague)));
  expect(await deactivation).toEqual({ ok: false, refusal: { code: "key_already_active", number: key.number } });
  expect(await storedKey(key.id)).toMatchObject({ status: "active", refusedEverywhereAt: null });
});

test("a key activated and deactivated again during the wait is not reported before the second deactivation's own wait is over", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const colleague = await makeMember("owner", owner.merchantId);
  const first = stop(owner.member, key.id);
  await expect.poll(async () => (await storedKey(key.id)).status).toBe("inactive");
  unwrap(await activateKey(colleague.member, activationOf(key.id), freshProof(colleague)));
  unwrap(await stop(colleague.member, key.id));
  unwrap(await first);
  const { deactivatedAt, refusedEverywhereAt } = await storedKey(key.id);
  expect(Number(refusedEverywhereAt) - Number(deactivatedAt)).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
});

test.concurrent("a wait that died with its process is completed by a repeat", async () => {
  const { owner, key } = await ownerWithActiveKey();
  await changeKeys(
    "UPDATE api_keys SET status = 'inactive', deactivated_at = now() - interval '1 hour' WHERE id = $1",
    [key.id],
  );
  expect((await listKeys(owner.merchantId)).keys[0]?.state).toBe("deactivating");
  const { result, took } = await timed(stop(owner.member, key.id));
  expect(took).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
  expect(unwrap(result).refusedEverywhereAt).toBe((await storedKey(key.id)).refusedEverywhereAt?.toISOString());
});

afterAll(() =>
  asDatabaseOwner("DROP TRIGGER IF EXISTS tell_commit ON audit_events; DROP FUNCTION IF EXISTS tell_commit()"),
);

test.concurrent("the COMMIT of a deactivation waits for the disk, whatever the server's default is", async () => {
  const { owner, key } = await ownerWithActiveKey();
  await asDatabaseOwner(`
    CREATE FUNCTION tell_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      NEW.data := NEW.data || (SELECT jsonb_build_object('commit', setting || ' by ' || source) FROM pg_settings WHERE name = 'synchronous_commit');
      RETURN NEW;
    END $$;
    CREATE TRIGGER tell_commit BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION tell_commit()`);
  await stop(owner.member, key.id, "lost");
  const events = await db().auditEvent.findMany({
    where: { apiKeyId: key.id, event: { in: ["api_key.deactivated", "api_key.retired"] } },
  });
  expect(events.map(({ data }) => data)).toEqual([
    expect.objectContaining({ commit: "on by session" }),
    expect.objectContaining({ commit: "on by session" }),
  ]);
});
