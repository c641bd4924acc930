import { beforeEach, describe, expect, test } from "vitest";
import { type ChangedKey, change, event, mail, type Step, transaction } from "../../kit/change-statements";
import { randomLetters } from "../../kit/gateway/gateway-keys";
import { asDatabaseOwner, generated, ownerWithActiveKey } from "../../kit/people/api-keys";
import { makeMember } from "../../kit/people/people";

let told: ChangedKey;
const key = () => told;
beforeEach(async () => {
  const { owner, key } = await ownerWithActiveKey();
  told = { keyId: key.id, number: key.number, merchantId: owner.merchantId, email: owner.email };
});

const asApp = (...steps: Step[]) => transaction(process.env.APP_DATABASE_URL, ...steps);
const statusOf = async () =>
  (await asDatabaseOwner("SELECT status FROM api_keys WHERE id = $1", [told.keyId]))[0]?.status;
const STOPPED = [change(key, "status = 'inactive', deactivated_at = now()"), event(key, "api_key.deactivated")];
const mine =
  (set: string): Step =>
  () => [`UPDATE outbox SET ${set} WHERE xmin = pg_current_xact_id()::xid`];

test.each<[string, Step[]]>([
  ["no mail", []],
  ["a mail of another kind", [mail(key, "key_generated")]],
  ["a mail about another key", [mail(key, "key_deactivated", { data: { number: 1 } })]],
  ["a mail of another merchant", [mail(key, "key_deactivated", { data: { merchantId: "x" } })]],
  ["a mail that is due in a year", [mail(key, "key_deactivated", { due: "now() + interval '1 year'" })]],
])("deactivating a key, its event and %s: refused", async (_, mails) => {
  await expect(asApp(...STOPPED, ...mails)).rejects.toThrow(
    `key ${told.number} changed without a mail to its Owners: key_deactivated`,
  );
  expect(await statusOf()).toBe("active");
});

test.each<[string, Step]>([
  ["made to count as sent", mine("sent_at = now()")],
  ["made to count as given up", mine("given_up_at = now()")],
  ["made to count as tried in vain", mine("attempts = 99")],
  ["taken away again", () => ["DELETE FROM outbox WHERE xmin = pg_current_xact_id()::xid"]],
])(
  "a mail cannot be %s by its writer before COMMIT checks for it or after SET CONSTRAINTS did",
  async (_, unwriting) => {
    const refusal = "a mail is not changed in the transaction that wrote it";
    const told = [...STOPPED, mail(key, "key_deactivated")];
    await expect(asApp(...told, unwriting)).rejects.toThrow(refusal);
    await expect(asApp(...told, () => ["SET CONSTRAINTS ALL IMMEDIATE"], unwriting)).rejects.toThrow(refusal);
    expect(await statusOf()).toBe("active");
  },
);

test("the mail of the previous deactivation does not count for the next", async () => {
  await asApp(...STOPPED, mail(key, "key_deactivated"));
  const again = change(key, "deactivated_at = now() + interval '1 ms'");
  await expect(asApp(again, event(key, "api_key.deactivated"))).rejects.toThrow(
    "a mail to its Owners: key_deactivated",
  );
});

describe("every other change that Owners are mailed about is refused without its mail:", () => {
  test.each([
    ["a retirement", "status = 'retired'", "api_key.retired", "key_retired"],
    ["other addresses", "allowed_ips = '{198.51.100.7}'", "api_key.ips_changed", "key_ips_changed"],
    ["an activation", "activated_at = now()", "api_key.activated", "key_activated"],
  ])("%s", async (_, columns, name, template) => {
    const after = columns.includes("ips") ? ["198.51.100.7"] : [];
    const data = { allowedIps: after, after };
    const steps = [change(key, columns), event(key, name, { data })];
    await expect(asApp(...steps)).rejects.toThrow(`a mail to its Owners: ${template}`);
    await asApp(...steps, mail(key, template, { data }));
  });

  test("a new key", async () => {
    const keyId = crypto.randomUUID();
    const insert: Step = () => [
      "INSERT INTO api_keys (id, merchant_id, key) VALUES ($1, $2, $3)",
      [keyId, told.merchantId, randomLetters(32)],
    ];
    await expect(asApp(insert, event(key, "api_key.generated", { keyId }))).rejects.toThrow(
      "a mail to its Owners: key_generated",
    );
  });
});

test("a retirement needs its own mail: one about a deactivation does not count", async () => {
  const retired = [change(key, "status = 'retired'"), event(key, "api_key.retired")];
  await expect(asApp(...retired, mail(key, "key_deactivated"))).rejects.toThrow("a mail to its Owners: key_retired");
  await asApp(...retired, mail(key, "key_deactivated", { data: { forGood: true } }));
});

test("neither do an event and a mail that are linked to a place where nobody sees them", async () => {
  const data = { before: [], after: ["198.51.100.7"], allowedIps: ["203.0.113.66"] };
  const steps = [change(key, "allowed_ips = '{203.0.113.66}'"), mail(key, "key_ips_changed", { data })];
  await expect(asApp(...steps, event(key, "api_key.ips_changed", { data }))).rejects.toThrow(
    "its event: api_key.ips_changed",
  );
  const right = { ...data, after: data.allowedIps };
  await expect(asApp(...steps, event(key, "api_key.ips_changed", { data: right }))).rejects.toThrow(
    "a mail to its Owners: key_ips_changed",
  );
});

test("an event without data, which the activity list could not read, does not count", async () => {
  const bare: Step = () => [
    "INSERT INTO audit_events (event, actor_kind, merchant_id, api_key_id, data) VALUES ('api_key.deactivated', 'system', $1, $2, 'null')",
    [told.merchantId, told.keyId],
  ];
  await expect(asApp(STOPPED[0] as Step, bare, mail(key, "key_deactivated"))).rejects.toThrow(
    "its event: api_key.deactivated",
  );
});

test("a mail with other addresses than those that are set does not count", async () => {
  const data = { before: [], after: ["203.0.113.66"] };
  const steps = [change(key, "allowed_ips = '{203.0.113.66}'"), event(key, "api_key.ips_changed", { data })];
  await expect(asApp(...steps, mail(key, "key_ips_changed", { data: { after: ["198.51.100.7"] } }))).rejects.toThrow(
    "a mail to its Owners",
  );
});

test("a change without a mail needs only its event: a secret that was received", async () => {
  await asApp(change(key, "secret_received_at = now()"), event(key, "api_key.secret_received"));
});

test("whoever became an Owner since the mails were written gets the same one; a user who is no Owner, or cannot log in, gets none", async () => {
  const second = await makeMember("owner", told.merchantId);
  const [, disabled] = [await makeMember("view", told.merchantId), await makeMember("owner", told.merchantId)];
  await asDatabaseOwner("UPDATE users SET disabled_at = now() WHERE id = $1", [disabled.userId]);
  await asApp(...STOPPED, mail(key, "key_deactivated", { data: { reason: "rotating" } }));
  const mails = await asDatabaseOwner(
    "SELECT recipient, data->>'reason' AS reason FROM outbox WHERE template = 'key_deactivated' AND data->>'merchantId' = $1",
    [told.merchantId],
  );
  const expected = [told.email, second.email].map((recipient) => ({ recipient, reason: "rotating" }));
  expect(mails).toHaveLength(2);
  expect(mails).toEqual(expect.arrayContaining(expected));
});

test("a merchant without Owners needs no mail", async () => {
  const viewer = await makeMember("view");
  const { merchantId } = viewer;
  const { id, number } = await generated(viewer);
  await asApp(
    () => ["UPDATE api_keys SET status = 'retired' WHERE id = $1", [id]],
    event(() => ({ ...told, keyId: id, number, merchantId }), "api_key.retired"),
  );
});
