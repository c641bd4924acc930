import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { newSecret } from "@/lib/api-keys/key-pair";
import { retireKey } from "@/lib/api-keys/retire";
import { db } from "@/lib/platform/db/db";
import { findMerchants } from "@/lib/support/search";
import {
  activated,
  asDatabaseOwner,
  freshProof,
  generated,
  rotated,
  storedKey,
  unwrap,
} from "../../kit/people/api-keys";
import { changeKeys } from "../../kit/people/key-changes";
import { makeMember, makeMerchant, makeOwner, makePerson } from "../../kit/people/people";

const found = async (text: string) => unwrap(await findMerchants(text)).hits;
const names = async (text: string) => (await found(text)).map(({ name }) => name);

describe("a merchant is found", () => {
  test("by any part of its name, in whatever case, in the order of numbers", async () => {
    for (const name of ["Nordwind Trading", "Hotel Nord", "Nørd Æble", "Halden Ferries"]) await makeMerchant({ name });
    expect(await names("NORD")).toEqual(["Nordwind Trading", "Hotel Nord"]);
    expect(await names("wind tra")).toEqual(["Nordwind Trading"]);
    expect(await names("nørd")).toEqual(["Nørd Æble"]);
  });

  test("by one or two letters where a word begins", async () => {
    for (const name of ["Quay Works", "Blue Quay", "Aquarium"]) await makeMerchant({ name });
    expect(await names("qu")).toEqual(["Quay Works", "Blue Quay"]);
  });

  test("by its number, and not by a part of it", async () => {
    const { number, name } = await makeMerchant({ name: "By Number" });
    expect(await found(String(number))).toEqual([expect.objectContaining({ number, name, by: "name" })]);
    expect(await names(String(number).slice(0, -1))).toEqual([]);
  });

  test("by the email of any of its members, whatever their role", async () => {
    const member = await makeMember("restricted");
    expect(await found(` ${member.email.toUpperCase()}`)).toEqual([
      expect.objectContaining({ id: member.merchantId, by: "email" }),
    ]);
  });

  test("once, though its name and an email match", async () => {
    const person = await makePerson();
    const { id } = await makeMerchant({ name: person.email });
    await makePerson({ roles: [{ merchantId: id, role: "view" }] });
    await db().membership.create({
      data: { merchantId: id, userId: person.userId, role: "view" },
      select: { role: true },
    });
    expect(await found(person.email)).toEqual([expect.objectContaining({ id, by: "name" })]);
  });

  test("by a whole API key in any state", async () => {
    const owner = await makeOwner();
    const { id } = await generated(owner);
    const { key } = await storedKey(id);
    expect(await found(key)).toEqual([expect.objectContaining({ id: owner.merchantId, by: "key" })]);
    await retireKey(owner.member, { keyId: id, reason: "unwanted" }, freshProof(owner));
    expect(await found(` ${key.replace(/(.{4})/g, "$1 ")}\n`)).toEqual([
      expect.objectContaining({ id: owner.merchantId, by: "key" }),
    ]);
  });
});

describe("a merchant is not found", () => {
  test("by a part of an API key, or by the key in another case", async () => {
    const owner = await makeOwner();
    const { key } = await storedKey((await generated(owner)).id);
    for (const text of [
      key.slice(0, 31),
      key.slice(4),
      key.toLowerCase() === key ? key.toUpperCase() : key.toLowerCase(),
    ])
      expect(await found(text)).toEqual([]);
  });

  // Attack: guessing an email letter by letter, by whether the merchant is found, without a look
  // that
  // its Owners would see.
  test("by a part of an email, however large", async () => {
    const { email } = await makeMember("owner");
    const pattern = email.replace("m", "_");
    for (const part of [
      email.slice(1),
      email.slice(0, -1),
      email.split("@")[0],
      `@${email.split("@")[1]}`,
      `${email.slice(0, 9)}%`,
      pattern,
    ])
      expect(
        (await found(part as string)).filter(({ by }) => by === "email"),
        part,
      ).toEqual([]);
  });

  test("by the email of a user who is a member of none", async () => {
    const person = await makePerson();
    expect(await found(person.email)).toEqual([]);
  });

  test.each(["%", "_", "100%", "\\", "%%%", "' OR 1=1 --"])("by %s, which is text, not a pattern", async (text) => {
    await makeMerchant({ name: "Any Name" });
    expect(await found(text)).toEqual([]);
  });

  test("by an empty search", async () => {
    expect(await found("  ")).toEqual([]);
  });
});

test("a hit contains what is needed to choose, and nothing else of the merchant", async () => {
  const owner = await makeOwner();
  await generated(owner);
  const [hit] = await found(owner.email);
  expect(Object.keys(hit ?? {}).sort()).toEqual(["by", "id", "key", "mode", "name", "number"]);
  expect(await db().auditEvent.count({ where: { event: "support.looked" } })).toBe(0);
});

describe("a hit has the state of the merchant's keys", () => {
  const keyOf = async ({ email }: { email: string }) => (await found(email))[0]?.key;

  test("none, ready to activate, active, deactivating, inactive: each at its time", async () => {
    const owner = await makeOwner();
    expect(await keyOf(owner)).toEqual({ state: "none", number: null });
    const { number } = await generated(owner);
    expect(await keyOf(owner)).toEqual({ state: "generated", number });
    const active = await activated(owner);
    expect(await keyOf(owner)).toEqual({ state: "active", number: active.number });
    unwrap(await deactivateKey(owner.member, { keyId: active.id, reason: "rotating" }, freshProof(owner)));
    await retireKey(owner.member, { keyId: (await keyNumbered(number)).id, reason: "unwanted" }, freshProof(owner));
    expect(await keyOf(owner)).toEqual({ state: "inactive", number: null });
    await changeKeys("UPDATE api_keys SET refused_everywhere_at = NULL WHERE id = $1", [active.id]);
    expect(await keyOf(owner)).toEqual({ state: "deactivating", number: active.number });
  });

  test("on standby, if that key can take over and no key is active", async () => {
    const owner = await makeOwner();
    const active = await activated(owner);
    const { number } = await rotated(owner, active.id, { takesOver: "manual" });
    expect(await keyOf(owner)).toEqual({ state: "active", number: active.number });
    unwrap(await deactivateKey(owner.member, { keyId: active.id, reason: "rotating" }, freshProof(owner)));
    expect(await keyOf(owner)).toEqual({ state: "standby", number });
  });

  test("its own, and not another's", async () => {
    const [one, other] = [await makeOwner(), await makeOwner()];
    await activated(other);
    expect([await keyOf(one), (await keyOf(other))?.state]).toEqual([{ state: "none", number: null }, "active"]);
  });

  const keyNumbered = (number: number) => db().apiKey.findUniqueOrThrow({ where: { number }, select: { id: true } });
});

test("pages follow one another without a gap or a repeat, also when merchants are added between them", async () => {
  for (let n = 0; n < 45; n++) await makeMerchant({ name: `Paged ${n}` });
  const first = unwrap(await findMerchants("paged"));
  await makeMerchant({ name: "Paged later" });
  const second = unwrap(await findMerchants("paged", first.after ?? -1));
  const third = unwrap(await findMerchants("paged", second.after ?? -1));
  expect([first.hits.length, second.hits.length, third.hits.length, third.after]).toEqual([20, 20, 6, null]);
  expect(new Set([first, second, third].flatMap(({ hits }) => hits.map(({ id }) => id))).size).toBe(46);
});

describe("with every right of the role revoked, so that any statement would fail", () => {
  beforeAll(() => asDatabaseOwner("REVOKE SELECT ON api_keys, merchants, users, memberships FROM countersign_support"));
  afterAll(async () => {
    await asDatabaseOwner("GRANT SELECT ON merchants, memberships TO countersign_support");
  });

  test.each(["nord\0", "no\ud83drd"])("%j, which the database cannot store, is not queried", async (text) => {
    expect(await findMerchants(text)).toEqual({ ok: true, value: { hits: [], after: null } });
  });

  test("a search fails, which shows that the next ones do not query", async () => {
    await expect(findMerchants("nord")).rejects.toThrow("permission denied");
  });

  test("a text that may hold a secret is refused: the database is not asked", async () => {
    const secret = newSecret(randomBytes).expose();
    for (const text of [secret, `it is ${secret}.`, secret.replace(/(.{16})/g, "$1\n"), secret.slice(0, 40)])
      expect(await findMerchants(text)).toEqual({ ok: false, refusal: { code: "secret_pasted" } });
  });

  test("a text longer than any name is refused: the database is not asked", async () => {
    expect(await findMerchants("a, ".repeat(50))).toEqual({ ok: false, refusal: { code: "search_too_long" } });
  });
});
