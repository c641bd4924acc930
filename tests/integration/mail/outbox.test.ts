import { describe, expect, test } from "vitest";
import { activateKey } from "@/lib/api-keys/activate";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { editIps } from "@/lib/api-keys/edit-ips";
import { generateKey } from "@/lib/api-keys/generate";
import { retireKey } from "@/lib/api-keys/retire";
import { verifyTotp } from "@/lib/identity/second-factor/challenge";
import { verifyPassword } from "@/lib/identity/second-factor/password-fallback";
import { actorOf, notify, notifyOwners } from "@/lib/mail/enqueue";
import { db, inTransaction, transaction } from "@/lib/platform/db/db";
import { RollbackWith } from "@/lib/platform/result";
import { outboxOf, waitingMail } from "../../kit/mail/mail";
import { activated, activationOf, freshProof, generated, unwrap } from "../../kit/people/api-keys";
import { makeMember, makeOwner, makePerson, type Person } from "../../kit/people/people";
import { freshCodeOf, wrongCodeOf } from "../../kit/people/totp";

const told = async ({ email }: { email: string }) => (await outboxOf(email)).map(({ template }) => template);

describe("a mail is written with the change it is about", () => {
  test("a change that is rolled back leaves no mail", async () => {
    const owner = await makeOwner();
    await expect(
      transaction(async (tx) => {
        await notify(tx, {
          to: { userId: owner.userId },
          template: "password_changed",
          data: { by: owner.email, from: null },
        });
        throw new Error("after the mail was written");
      }),
    ).rejects.toThrow("after the mail");
    expect(await told(owner)).toEqual([]);
  });

  test("a refused operation leaves no mail", async () => {
    const owner = await makeOwner();
    await inTransaction(async (tx) => {
      await notifyOwners(tx, actorOf(owner.member), "key_generated", { number: 1 });
      throw new RollbackWith(tx, { code: "not_found" });
    });
    const key = await activated(owner);
    const other = await generated(owner);
    const before = await told(owner);
    const refused = await activateKey(owner.member, activationOf(other.id), freshProof(owner));
    expect(refused).toMatchObject({ ok: false, refusal: { code: "another_key_active", number: key.number } });
    expect(await told(owner)).toEqual(before);
    expect(before).toEqual(["key_generated", "key_activated", "key_generated"]);
  });

  test("a mail to a user who does not exist is refused, and so is the change", async () => {
    const nobody = "00000000-0000-4000-8000-000000000000";
    const change = transaction((tx) =>
      notify(tx, { to: { userId: nobody }, template: "password_changed", data: { by: "Support", from: null } }),
    );
    await expect(change).rejects.toThrow("does not exist");
  });

  test("a mail keeps the address its recipient had when the change was made", async () => {
    const person = await makePerson();
    await transaction((tx) =>
      notify(tx, { to: { userId: person.userId }, template: "password_changed", data: { by: "Support", from: null } }),
    );
    await db().user.update({
      where: { id: person.userId },
      data: { email: `new.${person.email}` },
      select: { id: true },
    });
    expect(await told(person)).toEqual(["password_changed"]);
  });
});

describe("a change to a key", () => {
  test("is mailed to every Owner of the merchant, and to nobody else", async () => {
    const owner = await makeOwner();
    const second = await makeMember("owner", owner.merchantId);
    const disabled = await makePerson({ roles: [{ merchantId: owner.merchantId, role: "owner" }], disabled: true });
    const others = await Promise.all([
      ...(["limits", "exchange", "view", "restricted"] as const).map((role) => makeMember(role, owner.merchantId)),
      makeOwner(),
    ]);
    await generated(owner);
    expect(await told(owner)).toEqual(["key_generated"]);
    expect(await told(second)).toEqual(["key_generated"]);
    for (const one of [disabled, ...others]) expect(await told(one)).toEqual([]);
  });

  test("is mailed once each: generated, activated, other addresses, deactivated, retired", async () => {
    const owner = await makeOwner();
    const { id } = unwrap(await generateKey(owner.member, freshProof(owner)));
    unwrap(await activateKey(owner.member, activationOf(id, { allowedIps: ["198.51.99.7"] }), freshProof(owner)));
    unwrap(await editIps(owner.member, { keyId: id, allowedIps: [] }, freshProof(owner)));
    unwrap(await deactivateKey(owner.member, { keyId: id, reason: "rotating" }, freshProof(owner)));
    unwrap(await retireKey(owner.member, { keyId: id, reason: "unwanted" }, freshProof(owner)));
    expect(await told(owner)).toEqual([
      "key_generated",
      "key_activated",
      "key_ips_changed",
      "key_deactivated",
      "key_retired",
    ]);
  });

  test("that retires it is one mail, not two", async () => {
    const owner = await makeOwner();
    const { id } = await activated(owner);
    unwrap(await deactivateKey(owner.member, { keyId: id, reason: "compromised" }, freshProof(owner)));
    const [mail] = (await outboxOf(owner.email)).slice(-1);
    expect(mail).toMatchObject({
      template: "key_deactivated",
      data: { reason: "compromised", forGood: true, wasActive: true },
    });
    expect(await told(owner)).toHaveLength(3);
  });

  test("that was already made is not mailed again", async () => {
    const owner = await makeOwner();
    const { id } = await activated(owner);
    unwrap(await editIps(owner.member, { keyId: id, allowedIps: [] }, freshProof(owner)));
    for (let n = 0; n < 2; n++)
      unwrap(await deactivateKey(owner.member, { keyId: id, reason: "lost" }, freshProof(owner)));
    expect(await told(owner)).toEqual(["key_generated", "key_activated", "key_deactivated"]);
  });
});

describe("locked codes", () => {
  const lock = async (person: Person) => {
    for (let n = 0; n < 5; n++) await verifyTotp(person.userId, "step_up", wrongCodeOf(person));
  };

  test("are mailed to their user once, and not before the fifth wrong code", async () => {
    const owner = await makeOwner();
    for (let n = 0; n < 4; n++) await verifyTotp(owner.userId, "step_up", wrongCodeOf(owner));
    expect(await told(owner)).toEqual([]);
    await verifyTotp(owner.userId, "step_up", wrongCodeOf(owner));
    await verifyTotp(owner.userId, "step_up", wrongCodeOf(owner));
    expect(await told(owner)).toEqual(["codes_locked"]);
  });

  test("do not change that a deactivation by password is mailed as one", async () => {
    const owner = await makeOwner();
    const { id } = await activated(owner);
    await lock(owner);
    const proof = unwrap(await verifyPassword(owner.member, owner.password));
    unwrap(await deactivateKey(owner.member, { keyId: id, reason: "other" }, proof));
    expect(await told(owner)).toEqual(["key_generated", "key_activated", "codes_locked", "deactivated_with_password"]);
  });
});

test("no row of the outbox holds a secret, a ticket, a code or a password", async () => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  const code = await freshCodeOf(owner);
  const proof = unwrap(await verifyTotp(owner.userId, "step_up", code));
  const input = activationOf(id, { code });
  const { secret } = unwrap(await activateKey(owner.member, input, proof));
  for (let n = 0; n < 5; n++) await verifyTotp(owner.userId, "step_up", wrongCodeOf(owner));
  const instead = unwrap(await verifyPassword(owner.member, owner.password));
  unwrap(await deactivateKey(owner.member, { keyId: id, reason: "compromised" }, instead));
  const rows = JSON.stringify(await outboxOf(owner.email));
  expect(rows).toContain("codes_locked");
  for (const kept of [secret, input.ticket, owner.password, owner.seed, `"${code}"`, wrongCodeOf(owner)])
    expect(rows).not.toContain(kept);
});

test("the support desk and the gateway cannot read the outbox", async () => {
  await waitingMail();
  const { default: pg } = await import("pg");
  for (const url of [process.env.SUPPORT_DATABASE_URL, process.env.GATEWAY_DATABASE_URL]) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await expect(client.query("SELECT 1 FROM outbox")).rejects.toThrow("permission denied");
    await expect(
      client.query("INSERT INTO outbox (recipient, template, data) VALUES ('a@b', 'removed', '{}')"),
    ).rejects.toThrow("permission denied");
    await client.end();
  }
});
