import { expect, test } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { db } from "@/lib/platform/db/db";
import { lookAtKey, lookAtRefusals } from "@/lib/support/looks";
import { activated, asDatabaseOwner, freshProof, rotated, storedKey, unwrap } from "../../kit/people/api-keys";
import { makeOwner } from "../../kit/people/people";
import { makeStaff } from "../../kit/people/support";

test("Support reads the same of a key as its Owners: state, fingerprint, requests, refusals, addresses, history and receipt", async () => {
  const [staff, owner] = [await makeStaff(), await makeOwner()];
  const { id, number } = await activated(owner, { allowedIps: ["203.0.112.7"] });
  await asDatabaseOwner("INSERT INTO key_last_used (key_number, at, source) VALUES ($1, now(), '203.0.112.7')", [
    number,
  ]);
  await asDatabaseOwner(
    `INSERT INTO key_sources (key_number, day, gateway, source, count, last_at, flush)
     VALUES ($1, now()::date, gen_random_uuid(), '203.0.112.7', 9, now(), 1)`,
    [number],
  );
  await asDatabaseOwner(
    `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, mistake, looked_at, flush)
     VALUES (gen_random_uuid(), $1, 'ip_not_allowed', '198.51.99.77', now(), now(), 3, NULL, NULL, 1)`,
    [number],
  );
  await asDatabaseOwner("INSERT INTO key_notes (api_key_id, note) VALUES ($1, 'Billing')", [id]);
  unwrap(await deactivateKey(owner.member, { keyId: id, reason: "other" }, freshProof(owner)));

  const looked = await lookAtKey(staff, owner.merchantId, String(number), "month");
  expect(looked?.value).toMatchObject({
    key: {
      ...{
        number,
        key: (await storedKey(id)).key,
        state: "inactive",
        note: "Billing",
        allowedIps: ["203.0.112.7"],
        deactivatedBy: owner.email,
      },
      fingerprint: (await storedKey(id)).fingerprint,
    },
    activity: {
      series: { bars: { length: 30 } },
      refusals: [{ reason: "ip_not_allowed", count: 3 }],
      sources: [
        { source: "203.0.112.7", accepted: 9 },
        { source: "198.51.99.77", refused: 3 },
      ],
      usage: { used: { source: "203.0.112.7" } },
      receipt: { lastAccepted: { source: "203.0.112.7" } },
    },
    sent: [],
  });
  expect(looked?.value?.activity.timeline?.events.length).toBeGreaterThan(2);
});

test("Support sees when a pair on standby takes over, and that a secret was sent", async () => {
  const [staff, owner] = [await makeStaff(), await makeOwner()];
  const old = await activated(owner);
  const next = await rotated(owner, old.id, { takesOver: "manual" });
  await asDatabaseOwner(
    `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, mistake, looked_at, flush)
     VALUES (gen_random_uuid(), $1, 'secret_sent', '198.51.99.77', now(), now(), 1, NULL, NULL, 1)`,
    [old.number],
  );
  expect((await lookAtRefusals(staff, owner.merchantId, String(old.number), "day"))?.value).toMatchObject({
    refusals: { rows: [{ reason: "secret_sent", source: "198.51.99.77", count: 1 }], more: false },
    sent: [{ number: old.number }],
  });
  const page = async (number: number) => (await lookAtKey(staff, owner.merchantId, String(number), "day"))?.value;
  expect((await page(next.number))?.key).toMatchObject({ state: "standby", takesOver: "manual" });
  expect((await page(old.number))?.sent).toMatchObject([{ number: old.number, source: "198.51.99.77" }]);
});

test.each(["0", "x", "1e3", "99999999999", "../1"])(
  "an invalid key number (%s) is not found, and the look is recorded",
  async (number) => {
    const [staff, owner] = [await makeStaff(), await makeOwner()];
    expect((await lookAtKey(staff, owner.merchantId, number, "day"))?.value).toBeNull();
    expect((await lookAtRefusals(staff, owner.merchantId, number, "day"))?.value).toBeNull();
    expect(await db().auditEvent.count({ where: { merchantId: owner.merchantId, event: "support.looked" } })).toBe(2);
  },
);

test("a key of another merchant is not found", async () => {
  const [staff, owner, other] = [await makeStaff(), await makeOwner(), await makeOwner()];
  const { number } = await activated(other);
  for (const look of [lookAtKey, lookAtRefusals])
    expect((await look(staff, owner.merchantId, String(number), "day"))?.value).toBeNull();
});
