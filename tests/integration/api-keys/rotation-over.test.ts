import { beforeEach, describe, expect, test } from "vitest";
import { activateKey } from "@/lib/api-keys/activate";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { readKeyState } from "@/lib/api-keys/reads/key";
import { listKeys, readKeyStatus } from "@/lib/api-keys/reads/queries";
import { cancelRotation } from "@/lib/api-keys/rotation/cancel";
import { rotateKey } from "@/lib/api-keys/rotation/rotate";
import { takeOver } from "@/lib/api-keys/rotation/take-over";
import { runSqlAsApp } from "@/lib/platform/db/db";
import { readKeys } from "@/lib/support/keys";
import { readMerchant } from "@/lib/support/merchant";
import { keyByNumber } from "@/lib/support/operator/queries";
import { expireRotations } from "@/lib/worker/jobs/rotations";
import {
  activationOf,
  asDatabaseOwner,
  eventsOf,
  freshProof,
  type KeyOfOwner,
  ownerWithActiveKey,
  rotated,
  rotationOf,
  rotationOver,
  storedKey,
  unwrap,
} from "../../kit/people/api-keys";
import type { Owner } from "../../kit/people/people";

let owner: Owner;
let key: KeyOfOwner;
let pair: { id: string; number: number };

/** No worker runs here: the time of the pair is over, and nobody has recorded it. */
beforeEach(async () => {
  ({ owner, key } = await ownerWithActiveKey());
  pair = await rotated(owner, key.id);
  await rotationOver(pair.id);
  expect((await storedKey(pair.id)).status).toBe("standby");
});

const expiries = async () => (await eventsOf(pair.id)).filter((event) => event === "api_key.rotation_expired").length;
const mails = async () =>
  (await asDatabaseOwner("SELECT template FROM outbox WHERE data->>'number' = $1", [String(pair.number)])).map(
    ({ template }) => template,
  );
const over = () => ({ ok: false, refusal: { code: "rotation_over", number: pair.number } });

describe("a pair on standby whose time is over is inactive before a worker has seen it", () => {
  test("on every page: the status line says that the rotation expired, and the lists show the key as inactive", async () => {
    const { rotation } = await readKeyStatus(owner.merchantId);
    expect(rotation).toMatchObject({ standby: null, tookOver: null, expired: { number: pair.number } });
    expect((await listKeys(owner.merchantId)).keys.map(({ number, state }) => [number, state])).toEqual([
      [key.number, "active"],
      [pair.number, "inactive"],
    ]);
    expect(await readKeyState(owner.merchantId, String(pair.number))).toMatchObject({ state: "inactive" });
  });

  test("at the support desk and for an operator", async () => {
    const { keys } = await readKeys(runSqlAsApp, owner.merchantId, null);
    expect(keys.find(({ id }) => id === pair.id)).toMatchObject({ state: "inactive" });
    expect(await readMerchant(runSqlAsApp, owner.merchantId)).toMatchObject({ standby: null });
    expect(await keyByNumber(pair.number)).toMatchObject({ status: "inactive" });
  });

  test("for the next rotation, which records the end of this one with its event and its mail", async () => {
    const next = unwrap(await rotateKey(owner.member, rotationOf(key.id), freshProof(owner)));
    expect([(await storedKey(pair.id)).status, (await storedKey(next.id)).status]).toEqual(["inactive", "standby"]);
    await expireRotations();
    expect(await expiries()).toBe(1);
    expect((await mails()).at(-1)).toBe("key_rotation_expired");
  });

  test("for concurrent rotations: one makes its pair, and the end is recorded once", async () => {
    const results = await Promise.all(
      Array.from({ length: 6 }, () => rotateKey(owner.member, rotationOf(key.id), freshProof(owner))),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await expiries()).toBe(1);
  });

  test("for its activation, once no other key is active", async () => {
    unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "other" }, freshProof(owner)));
    unwrap(await activateKey(owner.member, activationOf(pair.id), freshProof(owner)));
    expect((await storedKey(pair.id)).status).toBe("active");
    expect(await expiries()).toBe(1);
  });

  test("for a take-over and a cancellation, which are refused because the rotation ended, and change nothing", async () => {
    expect(await takeOver(owner.member, { keyId: pair.id }, freshProof(owner))).toEqual(over());
    expect(await cancelRotation(owner.member, { keyId: pair.id }, freshProof(owner))).toEqual(over());
    expect([(await storedKey(pair.id)).status, await expiries()]).toEqual(["standby", 0]);
  });
});
