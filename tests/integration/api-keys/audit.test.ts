import { afterAll, beforeEach, expect, test } from "vitest";
import { activateKey } from "@/lib/api-keys/activate";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { editIps } from "@/lib/api-keys/edit-ips";
import { generateKey } from "@/lib/api-keys/generate";
import { confirmReceipt } from "@/lib/api-keys/propagation/receipt";
import { retireKey } from "@/lib/api-keys/retire";
import type { Proof } from "@/lib/identity/second-factor/challenge";
import { db } from "@/lib/platform/db/db";
import {
  activationOf,
  asDatabaseOwner,
  freshProof,
  generated,
  ownerWithActiveKey,
  unwrap,
} from "../../kit/people/api-keys";
import { makeOwner, type Owner } from "../../kit/people/people";

/** From now on the database refuses events of this kind. */
async function refuseEvent(event: string): Promise<void> {
  await asDatabaseOwner(`ALTER TABLE audit_events DROP CONSTRAINT IF EXISTS refused_event;
    ALTER TABLE audit_events ADD CONSTRAINT refused_event CHECK (event <> '${event}') NOT VALID`);
}

beforeEach(() => refuseEvent("none"));
afterAll(() => asDatabaseOwner("ALTER TABLE audit_events DROP CONSTRAINT refused_event"));

type Case = { event: string; prepare(): Promise<{ owner: Owner; change(proof: Proof): Promise<unknown> }> };

const withKey = async (change: (owner: Owner, keyId: string, proof: Proof) => Promise<unknown>) => {
  const { owner, key } = await ownerWithActiveKey();
  return { owner, change: (proof: Proof) => change(owner, key.id, proof) };
};
const withGenerated = async (change: (owner: Owner, keyId: string, proof: Proof) => Promise<unknown>) => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  return { owner, change: (proof: Proof) => change(owner, id, proof) };
};

const CASES: Case[] = [
  { event: "api_key.generated", prepare: () => withGenerated(({ member }, _id, proof) => generateKey(member, proof)) },
  {
    event: "api_key.activated",
    prepare: () => withGenerated(({ member }, id, proof) => activateKey(member, activationOf(id), proof)),
  },
  {
    event: "api_key.ips_changed",
    prepare: () =>
      withKey(({ member }, keyId, proof) => editIps(member, { keyId, allowedIps: ["198.51.99.7"] }, proof)),
  },
  {
    event: "api_key.deactivated",
    prepare: () => withKey(({ member }, keyId, proof) => deactivateKey(member, { keyId, reason: "rotating" }, proof)),
  },
  {
    event: "api_key.retired",
    prepare: () => withKey(({ member }, keyId, proof) => deactivateKey(member, { keyId, reason: "lost" }, proof)),
  },
  {
    event: "api_key.retired",
    prepare: () => withGenerated(({ member }, keyId, proof) => retireKey(member, { keyId, reason: "unwanted" }, proof)),
  },
];

/** Everything that a change could leave behind. */
async function everything(owner: Owner): Promise<string> {
  const tables = ["api_keys", "reveals", "totp_devices", "audit_events"];
  const rows = await Promise.all(
    tables.map((table) => asDatabaseOwner(`SELECT t::text AS row FROM ${table} t ORDER BY 1`)),
  );
  return JSON.stringify([owner.userId, rows]);
}

test.each(CASES)(
  "no event, no change: $event that cannot be written changes nothing, and the code is not consumed",
  async ({ event, prepare }) => {
    const { owner, change } = await prepare();
    const before = await everything(owner);
    await refuseEvent(event);
    await expect(change(freshProof(owner))).rejects.toThrow();
    expect(await everything(owner)).toBe(before);
  },
);

test("a receipt that cannot be recorded erases nothing", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const before = await everything(owner);
  await refuseEvent("api_key.secret_received");
  await expect(confirmReceipt(owner.member, { keyId: key.id, ticket: key.ticket })).rejects.toThrow();
  expect(await everything(owner)).toBe(before);
});

test("the time from which every gateway refuses a key is not stored without its event", async () => {
  const { owner, key } = await ownerWithActiveKey();
  await refuseEvent("api_key.refused_everywhere");
  await expect(deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner))).rejects.toThrow();
  expect(
    await db().apiKey.findUnique({ where: { id: key.id }, select: { status: true, refusedEverywhereAt: true } }),
  ).toEqual({
    status: "inactive",
    refusedEverywhereAt: null,
  });
});

test("every event of a key's life names its user, session, merchant, key and address", async () => {
  const { owner, key } = await ownerWithActiveKey();
  unwrap(await confirmReceipt(owner.member, { keyId: key.id, ticket: key.ticket }));
  unwrap(await editIps(owner.member, { keyId: key.id, allowedIps: ["198.51.99.7"] }, freshProof(owner)));
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "compromised" }, freshProof(owner)));
  const events = await db().auditEvent.findMany({ where: { apiKeyId: key.id }, orderBy: { id: "asc" } });
  expect(events.map(({ event }) => event.replace("api_key.", ""))).toEqual([
    "generated",
    "activated",
    "secret_delivered",
    "secret_received",
    "ips_changed",
    "deactivated",
    "retired",
    "refused_everywhere",
  ]);
  const { userId, sessionId, merchantId, address } = owner.member;
  for (const event of events)
    expect(event).toMatchObject({ actorKind: "user", actorId: userId, sessionId, merchantId, address });
});
