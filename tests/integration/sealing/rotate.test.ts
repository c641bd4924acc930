import { beforeEach, describe, expect, test } from "vitest";
import { openSecret } from "@/lib/platform/crypto/open";
import {
  digestsOf,
  insertRsaKey,
  proveRingOf,
  publicKeyOf,
  registeredVersions,
  ringOf,
  rsaKeys,
  sealingAdmin,
  sealingProcess,
  sealOf,
} from "../../kit/database/sealing";
import { type SealingKeys, sealingKeys } from "../../kit/database/sealing-keys";
import { asOwner, insertKey, type StoredKey, setStatus } from "../../kit/gateway/gateway-keys";
import { silentGateway } from "../../kit/gateway/propagation";

const [first, second, third] = [sealingKeys(1), sealingKeys(2), sealingKeys(3)];
const both = sealingAdmin(first, second);

beforeEach(() => asOwner("TRUNCATE sealing_keys, gateways, api_keys, audit_events CASCADE"));

const keysOf = (count: number, pair: SealingKeys = first, more: { status?: "retired" } = {}) =>
  Promise.all(
    Array.from({ length: count }, () => insertKey({ sealedWith: publicKeyOf(pair), status: "inactive", ...more })),
  );

const versionsOf = async (keys: StoredKey[]) =>
  [...new Set((await Promise.all(keys.map(sealOf))).map(({ version }) => version))].sort();

async function secretOf({ id, merchantId }: StoredKey, ...pairs: SealingKeys[]): Promise<string> {
  const { version, sealed } = await sealOf({ id });
  const of = { keyId: id, merchantId, keyVersion: version as number, sealed: new Uint8Array(sealed as Buffer) };
  return (await openSecret(of, ringOf(...pairs))).export().toString();
}

describe("a rotation", () => {
  test("reseals every secret for the newest version, the same secret, also of retired keys, and removes the older version", async () => {
    await proveRingOf(first);
    const keys = [...(await keysOf(150)), ...(await keysOf(3, first, { status: "retired" }))];
    const rotated = await both("rotate", "--yes");
    expect(rotated).toMatchObject({
      code: 0,
      output: expect.stringContaining("153 secrets were resealed for version 2."),
    });
    expect(await versionsOf(keys)).toEqual([2]);
    expect(await Promise.all(keys.map((key) => secretOf(key, second)))).toEqual(keys.map(({ secret }) => secret));
    expect(await registeredVersions()).toEqual([1, 2]);
    expect(await both("finish", "--yes")).toMatchObject({
      code: 0,
      output: expect.stringContaining("Version 1 is removed."),
    });
    expect(await registeredVersions()).toEqual([2]);
    await proveRingOf(second);
  });

  test("writes an event for each key, and one for each version, with the operator's name", async () => {
    await proveRingOf(first);
    const [key] = (await keysOf(2)) as [StoredKey];
    await both("rotate", "--yes");
    await both("finish", "--yes");
    const events = await asOwner<{ event: string; data: object }>(
      "SELECT event, data FROM audit_events WHERE event LIKE 'sealing%' OR event = 'api_key.resealed' ORDER BY id",
    );
    expect(events.map(({ event }) => event)).toEqual([
      "sealing_key.registered",
      "api_key.resealed",
      "api_key.resealed",
      "sealing_key.removed",
    ]);
    expect(events[0]?.data).toEqual({ version: 2, operator: "k.osei" });
    expect(events.map(({ data }) => data)).toContainEqual({
      number: key.number,
      before: 1,
      after: 2,
      operator: "k.osei",
    });
  });

  test("asks before it begins, and changes nothing without a yes", async () => {
    await proveRingOf(first);
    const keys = await keysOf(1);
    expect(await both("rotate")).toMatchObject({ code: 1, output: expect.stringContaining("Nothing was changed.") });
    expect(await registeredVersions()).toEqual([1]);
    await both("rotate", "--yes");
    expect(await both("finish")).toMatchObject({ code: 1 });
    expect([await registeredVersions(), await versionsOf(keys)]).toEqual([[1, 2], [2]]);
  });

  test.each([
    ["lacks the new version", () => digestsOf(first)],
    ["has another key of that number", () => digestsOf(first, sealingKeys(2))],
    ["does not say what it opens", () => null],
  ])("does not begin while a running gateway %s, and says which", async (_, opens) => {
    await proveRingOf(first);
    await silentGateway("able", digestsOf(first, second));
    await silentGateway("lacking", opens());
    expect((await both("status")).output).toContain("1 of 2 running gateways lacks version 2: lacking.");
    const { code, output } = await both("rotate", "--yes");
    // Nothing is announced that is not done.
    const sentence =
      "1 of 2 running gateways lacks version 2: lacking. Add it to their SEALING_PRIVATE_KEYS and restart them.\n";
    expect([code, output]).toEqual([1, sentence]);
    expect(await registeredVersions()).toEqual([1]);
  });

  test("is not finished while a running gateway, silent when the new version was taken into use, lacks it", async () => {
    await proveRingOf(first);
    const keys = await keysOf(2);
    expect(await both("rotate", "--yes")).toMatchObject({ code: 0 });
    const silent = await silentGateway("silent", digestsOf(first));
    expect((await both("status")).output).toContain(
      "Next: give version 2 to every gateway and dashboard, and restart them.",
    );
    const { code, output } = await both("finish", "--yes");
    expect([code, output]).toEqual([1, expect.stringContaining("1 of 1 running gateway lacks version 2")]);
    expect([await registeredVersions(), await versionsOf(keys)]).toEqual([[1, 2], [2]]);
    await silent.remove();
    expect(await both("finish", "--yes")).toMatchObject({ code: 0 });
  });

  test("that is killed halfway leaves each secret sealed once, old or new, and is continued by the same command", async () => {
    await proveRingOf(first);
    const keys = await keysOf(500);
    const running = sealingProcess([first, second], "rotate", "--yes");
    const resealed = async () =>
      Number((await asOwner("SELECT count(*) AS n FROM api_keys WHERE key_version = 2"))[0]?.n);
    await expect.poll(resealed, { interval: 5 }).toBeGreaterThan(0);
    running.kill("SIGKILL");
    await running.ended;
    const before = await resealed();
    expect(before % 100).toBe(0);
    expect(await Promise.all(keys.map((key) => secretOf(key, first, second)))).toEqual(
      keys.map(({ secret }) => secret),
    );
    const again = await both("rotate", "--yes");
    expect(again.output).toContain(`${500 - before} secrets were resealed`);
    expect(await versionsOf(keys)).toEqual([2]);
  });

  test("run twice at once reseals each secret once", async () => {
    await proveRingOf(first, second);
    const keys = await keysOf(200);
    expect((await Promise.all([both("rotate", "--yes"), both("rotate", "--yes")])).map(({ code }) => code)).toEqual([
      0, 0,
    ]);
    expect(await versionsOf(keys)).toEqual([2]);
    expect(await asOwner("SELECT FROM audit_events WHERE event = 'api_key.resealed'")).toHaveLength(200);
  });

  test("leaves a secret that does not open, names its key, and does not finish before that key is retired", async () => {
    await proveRingOf(first);
    const keys = await keysOf(3);
    const overrides = await insertKey({
      sealedWith: publicKeyOf(first),
      sealedFor: "00000000-0000-4000-8000-000000000000",
    });
    expect(await both("rotate", "--yes")).toMatchObject({
      code: 0,
      output: expect.stringContaining("3 secrets were resealed"),
    });
    expect([await versionsOf(keys), await versionsOf([overrides])]).toEqual([[2], [1]]);
    const unfinished = await both("finish", "--yes");
    expect(unfinished).toMatchObject({
      code: 1,
      output: expect.stringContaining(`the secret of key ${overrides.number} does not open`),
    });
    expect(await registeredVersions()).toEqual([1, 2]);
    await setStatus(overrides, "retired");
    expect(await both("finish", "--yes")).toMatchObject({ code: 0 });
    expect(await registeredVersions()).toEqual([2]);
  });

  test("includes what a dashboard without the new public key sealed meanwhile, before it finishes", async () => {
    await proveRingOf(first);
    await both("rotate", "--yes");
    const late = await keysOf(2);
    expect(await both("status")).toMatchObject({ output: expect.stringContaining("sealing rotate reseals the rest") });
    expect(await both("finish", "--yes")).toMatchObject({
      code: 0,
      output: expect.stringContaining("2 secrets were resealed"),
    });
    expect(await versionsOf(late)).toEqual([2]);
    await expect(keysOf(1)).rejects.toThrow("no gateway opens");
  });

  test("from RSA, as versions before 0.3.0 sealed, is one like any other", async () => {
    const rsa = rsaKeys(1);
    const keys = [await insertRsaKey(rsa), await insertRsaKey(rsa)];
    const upgraded = sealingAdmin(rsa, second);
    expect((await upgraded("status")).output).toMatch(
      /Version 1 \(RSA\), in use since .*: 2 secrets\nVersion 2 \(X25519\)/,
    );
    expect(await upgraded("rotate", "--yes")).toMatchObject({ code: 0 });
    expect(await Promise.all(keys.map((key) => secretOf(key, second)))).toEqual(keys.map(({ secret }) => secret));
    expect(await upgraded("finish", "--yes")).toMatchObject({ code: 0 });
    await proveRingOf(second);
  });

  test("does not begin where the newest key is still RSA: it names the next step", async () => {
    const [one, two] = [rsaKeys(1), rsaKeys(2)];
    await insertRsaKey(one);
    for (const action of ["rotate", "finish"]) {
      const { code, output } = await sealingAdmin(one, two)(action, "--yes");
      expect([code, output]).toEqual([1, expect.stringContaining("Version 2 is an RSA key")]);
    }
    expect(await registeredVersions()).toEqual([1, 2]);
  });

  test("over three versions ends with one", async () => {
    await proveRingOf(first, second);
    const keys = [...(await keysOf(2)), ...(await keysOf(2, second))];
    const all = sealingAdmin(first, second, third);
    expect(await all("rotate", "--yes")).toMatchObject({ code: 0, output: expect.stringContaining("4 secrets were") });
    expect(await all("finish", "--yes")).toMatchObject({
      code: 0,
      output: expect.stringContaining("Version 1, 2 is removed."),
    });
    expect([await versionsOf(keys), await registeredVersions()]).toEqual([[3], [3]]);
  });
});

describe("the command", () => {
  test.each([
    [sealingAdmin(first), "\nNothing to do. docs/leaks.md says when to rotate.\n"],
    [both, "Next: npm run admin -- sealing rotate starts using version 2."],
  ])("says what comes next", async (command, sentence) => {
    await proveRingOf(first);
    expect(await command("status")).toMatchObject({ code: 0, output: expect.stringContaining(sentence) });
  });

  test("says when there is nothing to do", async () => {
    await proveRingOf(first);
    expect(await sealingAdmin(first)("rotate", "--yes")).toMatchObject({
      code: 1,
      output:
        "There is nothing to do: version 1 is the only one. A rotation begins with npm run admin -- sealing new-key.\n",
    });
    expect(await both("finish", "--yes")).toMatchObject({
      code: 1,
      output: expect.stringContaining("There is nothing to remove"),
    });
  });

  test("does nothing with private keys that are not this database's, and names the version", async () => {
    await proveRingOf(first);
    for (const action of ["status", "rotate", "finish"]) {
      const { code, output } = await sealingAdmin(sealingKeys(1), second)(action, "--yes");
      expect([code, output]).toEqual([1, expect.stringContaining("Version 1 in SEALING_PRIVATE_KEYS is not the key")]);
    }
  });

  test.each([[[]], [["begin"]], [["rotate", "now"]], [["toString"]]])("refuses %j as invalid", async (args) => {
    await proveRingOf(first);
    expect(await both(...args)).toMatchObject({ code: 2 });
  });
});
