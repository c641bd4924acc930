import { beforeEach, describe, expect, test } from "vitest";
import type { Member } from "@/lib/access/member";
import { activateKey } from "@/lib/api-keys/activate";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { editIps } from "@/lib/api-keys/edit-ips";
import { retireKey } from "@/lib/api-keys/retire";
import { retireAnyKey } from "@/lib/support/operator/retire-key";
import { leaseWaits } from "../../kit/gateway/lease-waits";
import {
  activationOf,
  asDatabaseOwner,
  eventsOf,
  freshProof,
  generated,
  ownerWithActiveKey,
  storedKey,
  unwrap,
} from "../../kit/people/api-keys";
import { changeKeys } from "../../kit/people/key-changes";
import { makeOwner } from "../../kit/people/people";

// A COMMIT whose wait for a standby is cancelled succeeds with a warning. Here a trigger raises
// that
// warning at COMMIT; tests/integration/promise/failover.test.ts uses a real standby.
const NOT_CONFIRMED = { ok: false, refusal: { code: "not_confirmed" } };

/** From now on, each COMMIT of a key's change that meets the condition raises a warning. */
const warnWhen = (condition: string) =>
  asDatabaseOwner(`
    CREATE OR REPLACE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF ${condition} THEN RAISE WARNING 'canceling wait for synchronous replication due to user request'; END IF;
      RETURN NULL;
    END $$;
    DROP TRIGGER IF EXISTS warn ON api_keys;
    CREATE CONSTRAINT TRIGGER warn AFTER UPDATE ON api_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warn()`);

beforeEach(() => warnWhen("false"));

const stop = (member: Member, keyId: string) =>
  deactivateKey(member, { keyId, reason: "rotating" }, freshProof(member));

describe("a COMMIT that came with a warning", () => {
  test("of a deactivation does not count: nobody waits, the key is not called refused, and a confirmed repeat waits", async () => {
    const { owner, key } = await ownerWithActiveKey();
    await warnWhen("NEW.refused_everywhere_at IS NULL");
    expect(await leaseWaits(async () => expect(await stop(owner.member, key.id)).toEqual(NOT_CONFIRMED))).toBe(0);
    expect(await storedKey(key.id)).toMatchObject({ status: "inactive", refusedEverywhereAt: null });
    await warnWhen("false");
    expect(await leaseWaits(async () => unwrap(await stop(owner.member, key.id)))).toBe(1);
    expect(await eventsOf(key.id)).toContain("api_key.refused_everywhere");
  });

  test("of the time from which every gateway refuses it gets no reply, and a repeat waits and returns it", async () => {
    const { owner, key } = await ownerWithActiveKey();
    await warnWhen("NEW.refused_everywhere_at IS NOT NULL");
    expect(await leaseWaits(async () => expect(await stop(owner.member, key.id)).toEqual(NOT_CONFIRMED))).toBe(1);
    const { refusedEverywhereAt } = await storedKey(key.id);
    await warnWhen("false");
    const waits = await leaseWaits(async () => {
      expect(unwrap(await stop(owner.member, key.id)).refusedEverywhereAt).toBe(refusedEverywhereAt?.toISOString());
    });
    expect(waits).toBe(1);
  });

  test("of a retirement does not count", async () => {
    const owner = await makeOwner();
    const { id } = await generated(owner);
    await warnWhen("true");
    expect(await retireKey(owner.member, { keyId: id, reason: "unwanted" }, freshProof(owner))).toEqual(NOT_CONFIRMED);
    await warnWhen("false");
    unwrap(await retireKey(owner.member, { keyId: id, reason: "unwanted" }, freshProof(owner)));
  });

  test("of an operator's retirement does not count", async () => {
    const { owner, key } = await ownerWithActiveKey();
    await warnWhen("NEW.refused_everywhere_at IS NULL");
    const retire = () => retireAnyKey("root", { keyId: key.id, merchantId: owner.merchantId }, "compromised");
    expect(await retire()).toEqual(NOT_CONFIRMED);
    await warnWhen("false");
    expect(await leaseWaits(async () => unwrap(await retire()))).toBe(1);
  });

  test("of a narrower list of addresses does not count; nor of one that comes with an activation during a deactivation", async () => {
    const { owner, key } = await ownerWithActiveKey();
    await warnWhen("true");
    const narrow = () => editIps(owner.member, { keyId: key.id, allowedIps: ["198.51.99.7"] }, freshProof(owner));
    expect(await narrow()).toEqual(NOT_CONFIRMED);
    await warnWhen("false");
    expect(await leaseWaits(async () => unwrap(await narrow()))).toBe(1);
    await changeKeys("UPDATE api_keys SET status = 'inactive', deactivated_at = now() WHERE id = $1", [key.id]);
    await warnWhen("true");
    const activation = activateKey(
      owner.member,
      activationOf(key.id, { allowedIps: ["198.51.99.8"] }),
      freshProof(owner),
    );
    expect(await activation).toEqual(NOT_CONFIRMED);
  });

  test("of an activation counts all the same: it promises nothing about gateways", async () => {
    const owner = await makeOwner();
    const { id } = await generated(owner);
    await warnWhen("true");
    unwrap(await activateKey(owner.member, activationOf(id), freshProof(owner)));
  });
});
