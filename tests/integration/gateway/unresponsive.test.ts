import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runMemberAction } from "@/lib/actions/member-action";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { progressOf } from "@/lib/api-keys/operations";
import { type GatewayProcess, gatewayProcess } from "../../kit/gateway/gateway";
import { freshProof, ownerWithActiveKey, unwrap } from "../../kit/people/api-keys";
import { changeKeys } from "../../kit/people/key-changes";
import { makeMember, makeOwner } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";

describe("three gateways, one of them unresponsive", () => {
  let fleet: GatewayProcess[];
  beforeAll(async () => {
    fleet = await Promise.all(["a", "b", "c"].map((name) => gatewayProcess({ name })));
  });
  afterAll(async () => {
    for (const gateway of fleet) gateway.signal("SIGCONT");
    await Promise.all(fleet.map((gateway) => gateway.stop()));
  });

  test("delay a deactivation for the whole fixed wait: the dialog shows 2 of 3, and so does the receipt", async () => {
    await (fleet[2] as GatewayProcess).freeze();
    const { owner, key } = await ownerWithActiveKey();
    const session = await mintSession(owner);
    const progress = async () =>
      unwrap(await runMemberAction(progressOf(key.id), { merchantId: owner.merchantId }, validRequestInfo(session)));
    expect(await progress()).toBeNull();
    const stopping = deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner));
    const seen: string[] = [];
    let over = false;
    const watching = (async () => {
      while (!over) seen.push(JSON.stringify(await progress()));
    })();
    const { propagation } = unwrap(await stopping);
    over = true;
    await watching;
    expect(seen).toContain(JSON.stringify({ gateways: 3, refusing: 2 }));
    expect(seen).not.toContain(JSON.stringify({ gateways: 3, refusing: 3 }));
    expect(propagation).toEqual({
      endedBy: "time",
      gateways: [
        { name: "a", ms: expect.any(Number) },
        { name: "b", ms: expect.any(Number) },
        { name: "c", ms: null },
      ],
    });
    expect(await progress()).toBeNull();
  });

  test("show the progress only to Owners of the merchant", async () => {
    const { owner, key } = await ownerWithActiveKey();
    await changeKeys("UPDATE api_keys SET status = 'inactive', deactivated_at = now() WHERE id = $1", [key.id]);
    const asked = async (asking: { userId: string }, merchantId: string, id = key.id) =>
      runMemberAction(progressOf(id), { merchantId }, validRequestInfo(await mintSession(asking)));
    expect(unwrap(await asked(owner, owner.merchantId))).toMatchObject({ gateways: 3 });
    const NOT_FOUND = { ok: false, refusal: { code: "not_found" } };
    for (const role of ["limits", "exchange", "view", "restricted"] as const)
      expect(await asked(await makeMember(role, owner.merchantId), owner.merchantId)).toEqual(NOT_FOUND);
    const stranger = await makeOwner();
    expect(await asked(stranger, owner.merchantId)).toEqual(NOT_FOUND);
    expect(unwrap(await asked(stranger, stranger.merchantId))).toBeNull();
    expect(await asked(owner, owner.merchantId, "no-key")).toEqual(NOT_FOUND);
  });
});
