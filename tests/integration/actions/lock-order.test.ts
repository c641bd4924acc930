import { describe, expect, test } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { keyIdOf } from "@/lib/api-keys/reveal/ticket";
import { takeOver } from "@/lib/api-keys/rotation/take-over";
import { changeRole } from "@/lib/merchants/team/change-role";
import { removeUser } from "@/lib/merchants/team/remove";
import { takeOwner } from "@/lib/support/operator/take-owner";
import { deadlocksFromNow } from "../../kit/database/deadlocks";
import { aroundChange } from "../../kit/database/locks";
import { freshProof, newTicket, ownerWithActiveKey, rotated } from "../../kit/people/api-keys";
import { makeMember, makeOwner, type Owner } from "../../kit/people/people";

/*
 * A statement that locks rows finds them in its snapshot. If it waited for a lock, the rows may
 * have changed since: it holds rows that it would not find any more, and has not locked those that
 * it would find now. Two operations that find different rows must lock them in one order all the
 * same.
 */
const NONE: string[] = [];

describe("around a take-over, after which the keys to swap are others,", () => {
  /** An Owner whose active key comes before its pair on standby in the order of the ids. */
  async function pairInOrder() {
    const { owner, key } = await ownerWithActiveKey();
    let ticket = newTicket();
    while (keyIdOf(ticket) < key.id) ticket = newTicket();
    const pair = await rotated(owner, key.id, { ticket });
    return { owner, other: await makeMember("owner", owner.merchantId), old: key.id, fresh: pair.id };
  }

  test.each<[string, (owner: Owner, keys: { old: string; fresh: string }) => Promise<{ ok: boolean }>]>([
    [
      "a deactivation of the key that was replaced",
      (owner, { old }) =>
        deactivateKey(owner.member, { keyId: old, reason: "other", takeOver: true }, freshProof(owner)),
    ],
    ["a repeated take-over", (owner, { fresh }) => takeOver(owner.member, { keyId: fresh }, freshProof(owner))],
  ])("%s does not deadlock with a take-over that began before", async (_, late) => {
    const deadlocks = deadlocksFromNow();
    const { owner, other, old, fresh } = await pairInOrder();
    const results = await aroundChange(
      ["SELECT take_over($1, 'first_request', NULL, '198.51.99.7')", [fresh]],
      ["SELECT FROM api_keys WHERE id = $1 FOR UPDATE", [old]],
      () => takeOver(owner.member, { keyId: fresh }, freshProof(owner)),
      () => late(other, { old, fresh }),
    );
    expect(deadlocks()).toEqual(NONE);
    expect(results).toMatchObject([{ ok: true }, { ok: true }]);
  });
});

describe("around a lost Owner role, after which the Owners to lock are others,", () => {
  test.each<[string, (owner: Owner, lost: Owner) => Promise<{ ok: boolean }>]>([
    ["a removal of its user", ({ member }, { userId }) => removeUser(member, { userId }, freshProof(member))],
    [
      "support, which takes it again,",
      (_, { merchantId, email }) => takeOwner("k.osei", merchantId, { email, role: "view" }),
    ],
  ])("%s does not deadlock with a change of the team that began before", async (_, late) => {
    const deadlocks = deadlocksFromNow();
    const owner = await makeOwner();
    const { merchantId } = owner;
    const owners = [owner, await makeMember("owner", merchantId), await makeMember("owner", merchantId)];
    const viewer = await makeMember("view", merchantId);
    const [lost, one, two] = owners.sort((a, b) => (a.userId < b.userId ? -1 : 1)) as [Owner, Owner, Owner];
    const membership = [merchantId, lost.userId];
    const [early] = await aroundChange(
      ["UPDATE memberships SET role = 'view' WHERE merchant_id = $1 AND user_id = $2", membership],
      ["SELECT FROM memberships WHERE merchant_id = $1 AND user_id = $2 FOR UPDATE", membership],
      () => changeRole(one.member, { userId: viewer.userId, role: "limits" }, freshProof(one)),
      () => late(two, lost),
    );
    expect(deadlocks()).toEqual(NONE);
    expect(early.ok).toBe(true);
  });
});
