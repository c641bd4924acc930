import { expect, test } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { confirmReceipt } from "@/lib/api-keys/propagation/receipt";
import { listKeys, readKeyStatus } from "@/lib/api-keys/reads/queries";
import { cancelRotation } from "@/lib/api-keys/rotation/cancel";
import { takeOver } from "@/lib/api-keys/rotation/take-over";
import { readTimelines } from "@/lib/audit/key-timeline";
import { runSqlAsApp } from "@/lib/platform/db/db";
import { expireRotations } from "@/lib/worker/jobs/rotations";
import {
  activated,
  asDatabaseOwner,
  freshProof,
  ownerWithActiveKey,
  rotated,
  rotationOver,
  unwrap,
} from "../../kit/people/api-keys";
import { restoreKeys } from "../../kit/people/key-changes";
import { makeOwner } from "../../kit/people/people";

const NONE = { standby: null, expired: null, tookOver: null };
const rotation = async (merchantId: string) => (await readKeyStatus(merchantId)).rotation;

async function rotating(takesOver: "first_request" | "manual" = "first_request") {
  const { owner, key } = await ownerWithActiveKey();
  return { owner, key, pair: await rotated(owner, key.id, { takesOver }) };
}

test("a pair on standby is shown with who made it, how long it waits and what makes it active, and comes after the active key", async () => {
  const { owner, key, pair } = await rotating("manual");
  const { standby, ...rest } = await rotation(owner.merchantId);
  expect(rest).toEqual({ expired: null, tookOver: null });
  expect(standby).toMatchObject({
    id: pair.id,
    number: pair.number,
    takesOver: "manual",
    madeBy: owner.email,
    triedBy: 0,
    secretUndelivered: false,
  });
  expect(Date.parse(standby?.until ?? "") - Date.parse(standby?.madeAt ?? "")).toBe(7 * 24 * 3_600_000);
  expect((await listKeys(owner.merchantId)).keys.map(({ number, state }) => [number, state])).toEqual([
    [key.number, "active"],
    [pair.number, "standby"],
  ]);
});

test("addresses that signed with the waiting pair are counted once each", async () => {
  const { owner, pair } = await rotating("manual");
  const insert = `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, flush) VALUES (gen_random_uuid(), $1, $2, $3, now(), now(), 1, 1)`;
  for (const [reason, source] of [
    ["on_standby", "198.51.99.7"],
    ["on_standby", "198.51.99.7"],
    ["on_standby", "198.51.99.8"],
    ["bad_header_key", "198.51.99.9"],
  ])
    await asDatabaseOwner(insert, [pair.number, reason, source]);
  expect((await rotation(owner.merchantId)).standby).toMatchObject({ triedBy: 2, users: null });
});

test("whether each source that uses the active key has tried the pair is shown where sources are known", async () => {
  const { owner, key, pair } = await rotating("manual");
  const used = (source: string, day = "now()") =>
    asDatabaseOwner(
      `INSERT INTO key_sources (key_number, day, gateway, source, count, last_at, flush) VALUES ($1, (${day})::date, gen_random_uuid(), $2, 3, ${day}, 1)`,
      [key.number, source],
    );
  for (const source of ["198.51.99.7", "198.51.99.7", "2600:1f18:40::/64"]) await used(source);
  await used("198.51.99.6", "now() - interval '8 days'");
  await asDatabaseOwner(
    `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, flush)
     VALUES (gen_random_uuid(), $1, 'on_standby', '2600:1f18:40::/64', now(), now(), 1, 1), (gen_random_uuid(), $1, 'on_standby', '198.51.99.5', now(), now(), 1, 1)`,
    [pair.number],
  );
  const standby = async () => (await rotation(owner.merchantId)).standby;
  expect(await standby()).toMatchObject({ triedBy: 2, users: { count: 2, missing: ["198.51.99.7"] } });
  await used("other");
  expect(await standby()).toMatchObject({ triedBy: 2, users: null });
});

test("whether the secret was saved is asked after 120 s without a receipt, and not where one came", async () => {
  const { owner, pair } = await rotating();
  const older = "UPDATE api_keys SET generated_at = generated_at - interval '2 minutes' WHERE id = $1";
  await restoreKeys(older, [pair.id]);
  expect((await rotation(owner.merchantId)).standby?.secretUndelivered).toBe(true);
  unwrap(await confirmReceipt(owner.member, { keyId: pair.id, ticket: pair.ticket }));
  expect((await rotation(owner.merchantId)).standby?.secretUndelivered).toBe(false);
});

test("an expired rotation is shown for a week", async () => {
  const { owner, pair } = await rotating();
  await rotationOver(pair.id);
  await expireRotations();
  expect(await rotation(owner.merchantId)).toMatchObject({
    ...NONE,
    expired: { number: pair.number, takesOver: "first_request" },
  });
  await restoreKeys("UPDATE api_keys SET standby_until = now() - interval '8 days' WHERE id = $1", [pair.id]);
  expect(await rotation(owner.merchantId)).toEqual(NONE);
});

test("neither a cancelled rotation nor an expired one with a successor is shown", async () => {
  const { owner, key, pair } = await rotating();
  unwrap(await cancelRotation(owner.member, { keyId: pair.id }, freshProof(owner)));
  expect(await rotation(owner.merchantId)).toEqual(NONE);
  const next = await rotated(owner, key.id);
  await rotationOver(next.id);
  await expireRotations();
  const last = await rotated(owner, key.id);
  expect(await rotation(owner.merchantId)).toMatchObject({ expired: null, standby: { number: last.number } });
});

test("a take-over is shown for a day, with the replaced key and since when it is refused", async () => {
  const { owner, key, pair } = await rotating();
  unwrap(await takeOver(owner.member, { keyId: pair.id }, freshProof(owner)));
  const { tookOver, ...rest } = await rotation(owner.merchantId);
  expect(rest).toEqual({ standby: null, expired: null });
  expect(tookOver).toMatchObject({
    number: pair.number,
    source: null,
    replaced: { number: key.number, refusedEverywhereAt: expect.any(String) },
  });
  await restoreKeys("UPDATE api_keys SET first_activated_at = now() - interval '25 hours' WHERE id = $1", [pair.id]);
  expect(await rotation(owner.merchantId)).toEqual(NONE);
});

test("a pair without an active key waits for its Owner: a request does not take over, and the page says so", async () => {
  const { owner, key, pair } = await rotating();
  expect((await rotation(owner.merchantId)).standby).toMatchObject({ takesOver: "first_request" });
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "other" }, freshProof(owner)));
  expect((await rotation(owner.merchantId)).standby).toMatchObject({ number: pair.number, takesOver: "manual" });
});

test("a take-over without a replaced key is shown without one", async () => {
  const { owner, key, pair } = await rotating();
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "other" }, freshProof(owner)));
  unwrap(await takeOver(owner.member, { keyId: pair.id }, freshProof(owner)));
  expect((await rotation(owner.merchantId)).tookOver).toMatchObject({ number: pair.number, replaced: null });
});

test("another merchant's rotation is not shown", async () => {
  await rotating();
  const other = await makeOwner();
  await activated(other);
  expect(await rotation(other.merchantId)).toEqual(NONE);
});

test("the history of a key that was replaced ends with what replaced it", async () => {
  const { owner, key, pair } = await rotating();
  unwrap(await takeOver(owner.member, { keyId: pair.id }, freshProof(owner)));
  const told = async ({ id, number }: { id: string; number: number }) =>
    (await readTimelines(runSqlAsApp, [{ id, number }])).get(id)?.events.map(({ what }) => what);
  const words = `Key ${pair.number} took over from key ${key.number}`;
  expect(await told(pair)).toContain(words);
  expect(await told(key)).toContain(words);
});
