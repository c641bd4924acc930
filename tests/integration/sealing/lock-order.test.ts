import { expect, test } from "vitest";
import { digestOf } from "@/lib/platform/crypto/digest";
import { sealBytes } from "@/lib/platform/crypto/seal";
import { deadlocksFromNow } from "../../kit/database/deadlocks";
import { untilWaitingForLock } from "../../kit/database/locks";
import { proveRingOf, publicKeyOf } from "../../kit/database/sealing";
import { sealingKeys } from "../../kit/database/sealing-keys";
import { asOwner, insertKey, type StoredKey, setStatus } from "../../kit/gateway/gateway-keys";
import { onOwnConnection } from "../../kit/people/owner";

/** More rows than PL/pgSQL fetches before it runs a loop for the first time. */
const KEYS = 12;

test("a resealing of a merchant's keys does not deadlock with an activation of one of them", async () => {
  const [first, second] = [sealingKeys(1), sealingKeys(2)];
  await proveRingOf(first, second);
  const merchant = await insertKey({ status: "generated" });
  const keys: StoredKey[] = [];
  while (keys.length < KEYS)
    keys.push(await insertKey({ status: "inactive", sealedWith: publicKeyOf(first), merchant }));
  const [active, last] = keys.sort((a, b) => (a.id < b.id ? -1 : 1)).filter((_, n) => n % (KEYS - 1) === 0);
  await setStatus(active as StoredKey, "active");
  const columns = [
    keys.map(({ id }) => id),
    keys.map(({ secret, ...of }) => sealBytes(Buffer.from(secret), { keyId: of.id, ...merchant }, publicKeyOf(second))),
    keys.map(({ secret }) => digestOf(Buffer.from(secret))),
  ];
  const deadlocks = deadlocksFromNow();
  await onOwnConnection(async (activation) => {
    await activation.query("BEGIN");
    await activation.query("SELECT FROM api_keys WHERE id = $1 FOR UPDATE", [last?.id]);
    const resealing = asOwner("SELECT reseal_secrets($1, $2, $3, 1, 2, 'k.osei')", columns).catch(String);
    await untilWaitingForLock();
    const activating = activation.query("UPDATE api_keys SET status = 'active' WHERE id = $1", [last?.id]);
    await expect(activating).rejects.toThrow("api_keys_one_active_per_merchant");
    await activation.query("ROLLBACK");
    expect(await resealing).toHaveLength(KEYS);
  }).finally(() => expect(deadlocks()).toEqual([]));
});
