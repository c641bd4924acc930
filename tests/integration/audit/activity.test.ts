import { describe, expect, test } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { editIps } from "@/lib/api-keys/edit-ips";
import { confirmReceipt } from "@/lib/api-keys/propagation/receipt";
import { readActivityQuery } from "@/lib/audit/activity-href";
import type { Group } from "@/lib/audit/describe";
import { listActivity } from "@/lib/audit/queries";
import { record } from "@/lib/audit/record";
import { verifyTotp } from "@/lib/identity/second-factor/challenge";
import { beginSession } from "@/lib/identity/session/sessions";
import { db, transaction } from "@/lib/platform/db/db";
import {
  activated,
  asDatabaseOwner,
  deactivatedWithPassword,
  freshProof,
  generated,
  unwrap,
} from "../../kit/people/api-keys";
import { makeMember, makeOwner, makePerson } from "../../kit/people/people";
import { wrongCodeOf } from "../../kit/people/totp";

const read = async (merchantId: string, group: Group | null = null) =>
  (await listActivity(merchantId, { before: null, group })).events;
const told = async (merchantId: string, group: Group | null = null) =>
  (await read(merchantId, group)).map(({ words }) => words.what);

describe("an Owner can read", () => {
  test("the whole life of a key, newest first, in plain words", async () => {
    const owner = await makeOwner();
    const key = await activated(owner, { allowedIps: ["203.0.112.7", "198.51.99.0/28"] });
    unwrap(await confirmReceipt(owner.member, { keyId: key.id, ticket: key.ticket }));
    unwrap(
      await editIps(owner.member, { keyId: key.id, allowedIps: ["203.0.112.7", "2001:4860::1"] }, freshProof(owner)),
    );
    unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "compromised" }, freshProof(owner)));
    const events = await read(owner.merchantId, "keys");
    const name = `Key ${key.number}`;
    expect(events.map(({ words }) => words.what)).toEqual([
      `${name} refused by all gateways`,
      `${name} retired: secret compromised`,
      `${name} deactivated: secret compromised`,
      `IP addresses of key ${key.number} changed`,
      `Secret key of key ${key.number} shown`,
      `Secret key of key ${key.number} delivered`,
      `${name} activated`,
      `${name} generated`,
    ]);
    expect(events[3]?.words.detail).toEqual([
      "Added ",
      { ip: "2001:4860::1" },
      ", ",
      "removed ",
      { ip: "198.51.99.0/28" },
    ]);
    expect(events.map(({ words }) => words.icon)).toEqual([
      ...["retired", "retired", "inactive", "active", "active", "active", "active", "generated"],
    ]);
  });

  test("who, with which proof, from which address and browser", async () => {
    const owner = await makeOwner();
    const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
    const { id } = await transaction((tx) =>
      beginSession(tx, { userId: owner.userId, address: "203.0.113.9", userAgent: agent }),
    );
    await generated({ ...owner, member: { ...owner.member, sessionId: id, address: "203.0.113.9" } });
    expect((await read(owner.merchantId, "keys"))[0]).toMatchObject({
      who: { name: owner.email, about: "Owner, 2FA code", tag: null },
      from: { place: "203.0.113.9", device: "Firefox on Linux" },
    });
  });

  test("that a deactivation used the password", async () => {
    const owner = await makeOwner();
    const { id } = await activated(owner);
    await deactivatedWithPassword(owner, id, "rotating");
    const [, deactivated] = await read(owner.merchantId, "keys");
    expect(deactivated?.who.about).toBe("Owner, password, while 2FA codes were locked");
  });

  test("an operator's action, by the operator's name on the server", async () => {
    const owner = await makeOwner();
    const { id } = await generated(owner);
    const operator = { kind: "operator" as const, merchantId: owner.merchantId };
    await transaction((tx) =>
      record(tx, operator, "api_key.retired", { apiKeyId: id, data: { reason: "lost", operator: "k.osei" } }),
    );
    expect((await read(owner.merchantId))[0]).toMatchObject({
      who: { name: "Operator k.osei", tag: "Operator" },
      from: { place: "On the server", device: null },
    });
  });

  test("logins of the merchant's members and locks of their codes, with the role of each", async () => {
    const owner = await makeOwner();
    const member = await makeMember("exchange", owner.merchantId);
    for (let n = 0; n < 5; n++) await verifyTotp(member.userId, "step_up", wrongCodeOf(member));
    const [locked, login] = await read(owner.merchantId, "logins");
    expect(locked?.words.what).toBe(`2FA codes of ${member.email} locked for 30 minutes`);
    expect(login).toMatchObject({ words: { what: "Logged in" }, who: { name: member.email, about: "Exchange" } });
  });

  test("an event unknown to this version, by its stored name", async () => {
    const owner = await makeOwner();
    await asDatabaseOwner(
      "INSERT INTO audit_events (event, actor_kind, merchant_id) VALUES ('something.new', 'system', $1)",
      [owner.merchantId],
    );
    expect((await told(owner.merchantId))[0]).toBe("something.new");
  });
});

describe("an Owner cannot read", () => {
  test("an event of another merchant, though the same user caused it", async () => {
    const owner = await makeOwner();
    const other = await makeOwner();
    await db().membership.create({
      data: { merchantId: other.merchantId, userId: owner.userId, role: "owner" },
      select: { userId: true },
    });
    await generated({
      ...owner,
      merchantId: other.merchantId,
      member: { ...owner.member, merchantId: other.merchantId },
    });
    expect(await told(owner.merchantId, "keys")).toEqual([]);
    expect(await told(other.merchantId, "keys")).toHaveLength(1);
  });

  test("a login of a user who is not a member", async () => {
    const owner = await makeOwner();
    const stranger = await makePerson();
    await transaction((tx) => beginSession(tx, { userId: stranger.userId, address: null, userAgent: null }));
    expect(JSON.stringify(await read(owner.merchantId))).not.toContain(stranger.email);
  });

  test("what a user did before they became a member", async () => {
    const owner = await makeOwner();
    const person = await makePerson();
    await transaction((tx) => beginSession(tx, { userId: person.userId, address: null, userAgent: null }));
    // Both times are kept in whole milliseconds.
    await asDatabaseOwner("SELECT pg_sleep(0.002)");
    await db().membership.create({
      data: { merchantId: owner.merchantId, userId: person.userId, role: "view" },
      select: { userId: true },
    });
    expect(JSON.stringify(await read(owner.merchantId))).not.toContain(person.email);
    await transaction((tx) => beginSession(tx, { userId: person.userId, address: null, userAgent: null }));
    expect((await read(owner.merchantId))[0]?.who.name).toBe(person.email);
  });
});

test.each(["1\0", "keys\0", "\ud83d"])(
  "a list with %j in its URL, which the database cannot store, is the newest page",
  async (text) => {
    const owner = await makeOwner();
    await generated(owner);
    const asked = readActivityQuery({ show: text, before: text });
    expect(await listActivity(owner.merchantId, asked)).toEqual(
      await listActivity(owner.merchantId, { before: null, group: null }),
    );
  },
);

describe("pages", () => {
  test("follow one another without a gap or a repeat, also when events are written between them", async () => {
    const owner = await makeOwner();
    for (let n = 0; n < 60; n++)
      await transaction((tx) => record(tx, owner.member, "support.looked", { data: { part: "keys", n } }));
    const seen: string[] = [];
    const sizes: number[] = [];
    for (let before: string | null = null; ; ) {
      const page = await listActivity(owner.merchantId, { before, group: "support" });
      seen.push(...page.events.map(({ id }) => id));
      sizes.push(page.events.length);
      expect(page.newest).toBe(before === null);
      await transaction((tx) => record(tx, owner.member, "support.looked", { data: { part: "members" } }));
      if (page.older === null) break;
      before = page.older;
    }
    expect(sizes).toEqual([25, 25, 10]);
    expect(new Set(seen).size).toBe(60);
    expect(seen).toEqual([...seen].sort((a, b) => Number(BigInt(b) - BigInt(a))));
  });

  test("of one filter show nothing of the others", async () => {
    const owner = await makeOwner();
    await generated(owner);
    await transaction((tx) =>
      record(tx, { kind: "support", userId: owner.userId, merchantId: owner.merchantId }, "support.looked", {
        data: { part: "keys" },
      }),
    );
    expect(await told(owner.merchantId, "support")).toEqual(["Support looked at the API keys"]);
    expect(await told(owner.merchantId, "logins")).toEqual(["Logged in"]);
    expect(await told(owner.merchantId, "people")).toEqual([]);
    expect(await told(owner.merchantId)).toHaveLength(3);
  });

  test.each([
    [
      { before: "1; DROP TABLE users", show: "everything" },
      { before: null, group: null },
    ],
    [
      { before: "-5", show: "toString" },
      { before: null, group: null },
    ],
    [
      { before: ["7", "8"], show: ["keys"] },
      { before: null, group: null },
    ],
    [
      { before: "9".repeat(30), show: "" },
      { before: null, group: null },
    ],
    [
      { before: "17", show: "keys" },
      { before: "17", group: "keys" },
    ],
  ])("a URL with %j is read as %j", (asked, wish) => {
    expect(readActivityQuery(asked)).toEqual(wish);
  });
});
