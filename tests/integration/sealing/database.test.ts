import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { registeredOf } from "@/lib/gateway/sealing/canary";
import { checkOf, digestOf } from "@/lib/platform/crypto/digest";
import { sealBytes } from "@/lib/platform/crypto/seal";
import { untilWaitingForLock } from "../../kit/database/locks";
import {
  digestsOf,
  proveRingOf,
  publicKeyOf,
  registeredVersions,
  ringOf,
  sealOf,
  withoutTriggers,
} from "../../kit/database/sealing";
import { type SealingKeys, sealingKeys } from "../../kit/database/sealing-keys";
import { asOwner, insertKey, type StoredKey, setStatus } from "../../kit/gateway/gateway-keys";
import { silentGateway } from "../../kit/gateway/propagation";

const [first, second] = [sealingKeys(1), sealingKeys(2)];
const [owner, gateway, app] = [
  process.env.DATABASE_URL,
  process.env.GATEWAY_DATABASE_URL,
  process.env.APP_DATABASE_URL,
].map((connectionString) => new pg.Client({ connectionString })) as [pg.Client, pg.Client, pg.Client];
beforeAll(() => Promise.all([owner, gateway, app].map((client) => client.connect())));
afterAll(() => Promise.all([owner, gateway, app].map((client) => client.end())));

let key: StoredKey;
beforeEach(async () => {
  await asOwner("TRUNCATE sealing_keys, gateways, api_keys CASCADE");
  await proveRingOf(first, second);
  key = await insertKey({ sealedWith: publicKeyOf(first) });
});

const digest = () => digestOf(Buffer.from(key.secret));
const anew = (secret = key.secret) =>
  sealBytes(Buffer.from(secret), { keyId: key.id, merchantId: key.merchantId }, publicKeyOf(second));
const RESEAL = "SELECT reseal_secrets($1, $2, $3, $4, $5, 'k.osei') AS id";
const reseal = async (shown: Buffer, { source = 1, target = 2, sealed = anew() } = {}) =>
  (await gateway.query<{ id: string }>(RESEAL, [[key.id], [sealed], [shown], source, target])).rows.map(({ id }) => id);
const resealings = () =>
  asOwner(
    "SELECT actor_kind, merchant_id, data FROM audit_events WHERE api_key_id = $1 AND event = 'api_key.resealed'",
    [key.id],
  );
const untouched = async () => expect((await sealOf(key)).version).toBe(1);

describe("a secret is resealed", () => {
  test("for a newer version, with its event, by whoever shows that the secret was opened", async () => {
    const sealed = anew();
    expect(await reseal(digest(), { sealed })).toEqual([key.id]);
    expect(await sealOf(key)).toEqual({ version: 2, sealed });
    const data = { number: key.number, before: 1, after: 2, operator: "k.osei" };
    expect(await resealings()).toEqual([{ actor_kind: "operator", merchant_id: key.merchantId, data }]);
  });

  test.each<[string, () => Buffer]>([
    ["another secret's digest", () => digestOf(randomBytes(64))],
    [
      "a digest that has the fingerprint and nothing else of it",
      () => Buffer.concat([digest().subarray(0, 8), randomBytes(24)]),
    ],
    ["the stored check", () => checkOf(digest())],
    ["half a digest", () => digest().subarray(0, 16)],
    ["nothing", () => Buffer.alloc(0)],
  ])("but not with %s: nothing changes, and no event is written", async (_, shown) => {
    expect(await reseal(shown())).toEqual([]);
    await untouched();
    expect(await resealings()).toEqual([]);
  });

  test("nor from a version that it is not sealed for", async () => {
    expect(await reseal(digest(), { source: 2, target: 2 })).toEqual([]);
    await untouched();
  });

  test("nor back, nor for its own version again", async () => {
    await reseal(digest());
    await expect(reseal(digest(), { source: 2, target: 1 })).rejects.toThrow("write-once");
    await expect(reseal(digest(), { source: 2, target: 2 })).rejects.toThrow("write-once");
    expect((await sealOf(key)).version).toBe(2);
  });

  test("nor for a version that no gateway opens", async () => {
    await expect(reseal(digest(), { target: 3 })).rejects.toThrow(
      "no gateway opens a secret that is sealed for version 3",
    );
    await untouched();
  });

  test("a secret of an earlier version by its fingerprint, and from then on by its check", async () => {
    await withoutTriggers("UPDATE api_keys SET secret_check = NULL WHERE id = $1", [key.id]);
    expect(await reseal(digestOf(randomBytes(64)))).toEqual([]);
    expect(await reseal(digest())).toEqual([key.id]);
    const [row] = await asOwner<{ it: Buffer }>("SELECT secret_check AS it FROM api_keys WHERE id = $1", [key.id]);
    expect(row?.it).toEqual(checkOf(digest()));
  });
});

test("nobody but the tables' owner reseals, not even a secret without a check, whose fingerprint the dashboard's role reads", async () => {
  await withoutTriggers("UPDATE api_keys SET secret_check = NULL WHERE id = $1", [key.id]);
  const forged = Buffer.concat([digest().subarray(0, 8), randomBytes(24)]);
  const theirs = sealBytes(randomBytes(64), { keyId: key.id, merchantId: key.merchantId }, publicKeyOf(second));
  await app.query("BEGIN");
  await app.query("SELECT set_config('countersign.secret_digest', $1, true)", [forged.toString("hex")]);
  const replaced = app.query(
    "UPDATE api_keys SET sealed_secret = $2, key_version = 2, secret_check = sha256($3) WHERE id = $1",
    [...[key.id, theirs, forged]],
  );
  await expect(replaced).rejects.toThrow("write-once");
  await app.query("ROLLBACK");
  await untouched();
});

describe("the trigger enforces it too, for every role and statement", () => {
  const update = async (columns: string, shown: Buffer | null) => {
    await owner.query("BEGIN");
    try {
      await owner.query("SELECT set_config('countersign.secret_digest', $1, true)", [shown?.toString("hex") ?? ""]);
      await owner.query(`UPDATE api_keys SET ${columns} WHERE id = '${key.id}'`);
    } finally {
      await owner.query("ROLLBACK");
    }
  };
  const sealed = (shown = digest()) =>
    `sealed_secret = '\\x${anew().toString("hex")}', key_version = 2, secret_check = sha256('\\x${shown.toString("hex")}')`;
  const [tail, other] = [randomBytes(24), randomBytes(64)];
  const alike = () => Buffer.concat([digest().subarray(0, 8), tail]);
  const another = () => digestOf(other);

  test("a statement that shows the digest is let through", async () => {
    await update(sealed(), digest());
  });

  test.each<[string, () => string, () => Buffer | null]>([
    ["shows no digest", sealed, () => null],
    ["shows another", () => sealed(another()), another],
    ["shows one that has the fingerprint and nothing else of it", () => sealed(alike()), alike],
    ["changes the check", () => sealed(another()), digest],
    ["changes the check alone", () => "secret_check = sha256('x')", digest],
    ["removes the secret", () => "sealed_secret = NULL, key_version = 2", digest],
    ["changes the bytes alone", () => "sealed_secret = '\\x02'", digest],
    ["changes the fingerprint", () => `${sealed()}, fingerprint = 'f'`, digest],
    ["changes the first activation", () => `${sealed()}, first_activated_at = now() + '1 s'`, digest],
  ])("one that %s is not", async (_, columns, shown) => {
    await expect(update(columns(), shown())).rejects.toThrow("write-once");
  });
});

describe("forbidden for", () => {
  test.each([
    "SELECT reseal_secrets('{}', '{}', '{}', 1, 2, 'x')",
    "SELECT register_sealing_key(3, '', '', 'x')",
    "SELECT remove_sealing_key(1, 'x')",
    "SELECT begin_sealing('{}', '{}', '{}')",
    "SELECT registered_sealing_keys()",
    "SELECT canary FROM sealing_keys",
    "SELECT secret_check FROM api_keys",
    "INSERT INTO sealing_keys (version, public_key, canary) VALUES (9, '', '')",
  ])("the dashboard's role: %s", async (sql) => {
    await expect(app.query(sql)).rejects.toThrow("permission denied");
  });

  test.each([
    "UPDATE api_keys SET key_version = 2",
    "SELECT secret_check FROM api_keys",
    "INSERT INTO sealing_keys (version, public_key, canary) VALUES (9, '', '')",
    "DELETE FROM sealing_keys",
    "INSERT INTO audit_events (event, actor_kind) VALUES ('api_key.resealed', 'operator')",
  ])("the gateway's role: %s", async (sql) => {
    await expect(gateway.query(sql)).rejects.toThrow("permission denied");
  });
});

describe("versions", () => {
  const third = sealingKeys(3);
  const { publicKey, canary } = registeredOf(ringOf(third).current);
  const register = (version: number) =>
    gateway.query("SELECT register_sealing_key($1, $2, $3, 'k.osei')", [version, publicKey, canary]);
  const remove = (version: number) => gateway.query("SELECT remove_sealing_key($1, 'k.osei')", [version]);
  const holds = (name: string, ...pairs: SealingKeys[]) => silentGateway(name, digestsOf(...pairs));

  test("no secret is sealed for a version that no gateway opens", async () => {
    await expect(insertKey({ sealedWith: { ...publicKeyOf(first), version: 7 } })).rejects.toThrow("no gateway opens");
    const other = await insertKey({ status: "generated" });
    const columns =
      "sealed_secret = '\\x01', key_version = 7, fingerprint = 'f', first_activated_at = now(), status = 'active'";
    await expect(app.query(`UPDATE api_keys SET ${columns} WHERE id = $1`, [other.id])).rejects.toThrow(
      "no gateway opens",
    );
  });

  test("a new one is registered once every running gateway holds it, and is newer than all", async () => {
    await holds("able", first, second, third);
    const lacking = [
      await holds("older", first, second),
      await holds("other", first, second, sealingKeys(3)),
      await silentGateway("mute"),
    ];
    await expect(register(3)).rejects.toThrow("3 of 4 running gateways lack version 3: mute, older, other.");
    for (const { remove } of lacking) await remove();
    await register(3);
    await expect(register(2)).rejects.toThrow("Version 2 is not newer");
    expect(await registeredVersions()).toEqual([1, 2, 3]);
  });

  test("a gateway that starts while one is registered waits, and then finds it", async () => {
    await owner.query("BEGIN");
    await owner.query("SELECT register_sealing_key(3, $1, $2, 'k.osei')", [publicKey, canary]);
    // Its row is written too late to be seen.
    await holds("starting", first, second);
    const starting = proveRingOf(first, second);
    const ended = expect(starting).rejects.toThrow("lacks version 3");
    await untilWaitingForLock();
    await owner.query("COMMIT");
    await ended;
  });

  test("one is removed when no secret is sealed for it any more, but for those of retired keys, and the newest never", async () => {
    await expect(remove(2)).rejects.toThrow("Version 2 is the newest");
    await expect(remove(1)).rejects.toThrow("Some secrets are still sealed for version 1.");
    await setStatus(key, "retired");
    await remove(1);
    expect(await registeredVersions()).toEqual([2]);
    await expect(insertKey({ sealedWith: publicKeyOf(first) })).rejects.toThrow(
      "no gateway opens a secret that is sealed for version 1",
    );
    const events = await asOwner<{ event: string }>(
      "SELECT event FROM audit_events WHERE event LIKE 'sealing_key.%' ORDER BY id DESC LIMIT 1",
    );
    expect(events).toEqual([{ event: "sealing_key.removed" }]);
  });

  test("none is removed during an activation for it: the removal waits, and finds the secret", async () => {
    await setStatus(key, "retired");
    const { id, merchantId } = await insertKey({ status: "generated" });
    await owner.query("BEGIN");
    const columns =
      "status = 'active', sealed_secret = '\\x01', key_version = 1, fingerprint = 'f', first_activated_at = now()";
    await owner.query(`UPDATE api_keys SET ${columns} WHERE id = $1`, [id]);
    const event = `INSERT INTO audit_events (event, actor_kind, merchant_id, api_key_id, data) VALUES ('api_key.activated', 'user', $1, $2, $3)`;
    await owner.query(event, [merchantId, id, { allowedIps: [] }]);
    const removing = remove(1).catch((error: Error) => error.message);
    await expect
      .poll(() =>
        asOwner("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%remove_sealing_key%'"),
      )
      .toHaveLength(1);
    await owner.query("COMMIT");
    expect(await removing).toBe("Some secrets are still sealed for version 1.");
  });
});
