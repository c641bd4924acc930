import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { type ChangedKey, change, event, mail, type Step, transaction } from "../../kit/change-statements";
import { randomLetters } from "../../kit/gateway/gateway-keys";
import { asDatabaseOwner, ownerWithActiveKey } from "../../kit/people/api-keys";
import { makeMember, makeOwner } from "../../kit/people/people";

/** The dashboard's role, and the tables' owner, here a superuser: the rule applies to both. */
const WRITERS = { app: process.env.APP_DATABASE_URL, owner: process.env.DATABASE_URL };
const writers = Object.keys(WRITERS) as (keyof typeof WRITERS)[];
const asApp = (...steps: Step[]) => transaction(WRITERS.app, ...steps);

let told: ChangedKey;
const key = () => told;
beforeAll(async () => {
  told = await anotherKey();
});

async function anotherKey(): Promise<ChangedKey> {
  const { owner, key } = await ownerWithActiveKey();
  return { keyId: key.id, number: key.number, merchantId: owner.merchantId, email: owner.email };
}

const stored = async () => (await asDatabaseOwner("SELECT * FROM api_keys WHERE id = $1", [told.keyId]))[0];
const STOP = "status = 'inactive', deactivated_at = now()";
const stop = change(key, STOP);

/** Each change of a column, and the database's refusal. */
const UNTOLD: [change: string, sql: string, refusal: string][] = [
  ["deactivates it", "status = 'inactive'", "its event: api_key.deactivated"],
  ["retires it", "status = 'retired'", "its event: api_key.retired"],
  ["opens it to other addresses", "allowed_ips = '{198.51.100.7}'", "its event: api_key.ips_changed"],
  ["says that another activated it", "activated_by = gen_random_uuid()", "its event: api_key.activated"],
  ["says that it was activated at another time", "activated_at = now()", "its event: api_key.activated"],
  ["says that it was deactivated", "deactivated_at = now()", "its event: api_key.deactivated"],
  ["says why it was deactivated", "deactivation_reason = 'lost'", "its event: api_key.deactivated"],
  ["says who deactivated it", "deactivated_by = gen_random_uuid()", "its event: api_key.deactivated"],
  ["says that it was retired", "retired_at = now()", "its event: api_key.retired"],
  ["says who retired it", "retired_by = gen_random_uuid()", "its event: api_key.retired"],
  ["says why it was retired", "retirement_reason = 'lost'", "its event: api_key.retired"],
  ["calls its secret received", "secret_received_at = now()", "its event: api_key.secret_received"],
  [
    "says that another generated it",
    "generated_by = gen_random_uuid()",
    "no event tells of a change of api_keys.generated_by",
  ],
  [
    "says that it was generated at another time",
    "generated_at = now()",
    "no event tells of a change of api_keys.generated_at",
  ],
];

describe.each(writers)("without an event in the same transaction, the role %s", (writer) => {
  test.each(UNTOLD)("%s: refused", async (_, columns, refusal) => {
    const before = await stored();
    await expect(transaction(WRITERS[writer], change(key, columns))).rejects.toThrow(refusal);
    expect(await stored()).toEqual(before);
  });

  test("sets the time from which every gateway refuses it: refused", async () => {
    const steps = [
      stop,
      event(key, "api_key.deactivated"),
      mail(key, "key_deactivated"),
      change(key, "refused_everywhere_at = now()"),
    ];
    await expect(transaction(WRITERS[writer], ...steps)).rejects.toThrow("its event: api_key.refused_everywhere");
  });

  test("inserts a key: refused", async () => {
    const insert: Step = () => [
      "INSERT INTO api_keys (merchant_id, key) VALUES ($1, $2)",
      [told.merchantId, randomLetters(32)],
    ];
    await expect(transaction(WRITERS[writer], insert)).rejects.toThrow("its event: api_key.generated");
  });

  test("inserts an active key with an event that it was generated: refused", async () => {
    const of = { keyId: randomUUID(), merchantId: (await makeMember("view")).merchantId };
    const insert: Step = () => [
      `INSERT INTO api_keys (id, merchant_id, key, status, sealed_secret, key_version, fingerprint, first_activated_at)
       VALUES ($1, $2, $3, 'active', '\\x01', 1, 'f', now())`,
      [of.keyId, of.merchantId, randomLetters(32)],
    ];
    await expect(transaction(WRITERS[writer], insert, event(key, "api_key.generated", of))).rejects.toThrow(
      "api_key.activated",
    );
  });
});

test("each column of a key is covered by an event, listed as one without events, or never changes", async () => {
  const rows = await asDatabaseOwner(`
    SELECT attname AS name, events_that_tell(attname, '{"sealed_secret": "s", "key_version": 1, "fingerprint": "f", "first_activated_at": "t"}',
      '{"status": "inactive", "deactivated_at": "t", "refused_everywhere_at": "t"}') AS events
    FROM pg_attribute WHERE attrelid = 'api_keys'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1`);
  const those = (events: unknown) =>
    rows.filter((row) => JSON.stringify(row.events) === JSON.stringify(events)).map(({ name }) => name);
  expect(those([])).toEqual(["changed_xid", "fingerprint", "first_activated_at", "narrowing"]);
  expect(those(["api_key.resealed"])).toEqual(["key_version", "sealed_secret", "secret_check"]);
  expect(those(null)).toEqual([
    "generated_at",
    "generated_by",
    "id",
    "key",
    "merchant_id",
    "number",
    "standby_until",
    "takes_over",
  ]);
});

const deactivated = event(key, "api_key.deactivated");
const letter = mail(key, "key_deactivated");
const sql =
  (text: string): Step =>
  () => [text];

describe("deactivating a key is refused", () => {
  test.each<[string, Step[]]>([
    ["with the event of another change", [stop, event(key, "api_key.retired"), letter]],
    ["with the event of another key", [stop, event(key, "api_key.deactivated", { keyId: randomUUID() }), letter]],
    [
      "with an event that another merchant reads",
      [stop, event(key, "api_key.deactivated", { merchantId: randomUUID() }), letter],
    ],
    ["with an event that was taken back", [stop, sql("SAVEPOINT s"), deactivated, sql("ROLLBACK TO s"), letter]],
    [
      "with an event that comes after the database was told to look at once",
      [sql("SET CONSTRAINTS ALL IMMEDIATE"), stop, deactivated],
    ],
  ])("%s", async (_, steps) => {
    await expect(asApp(...steps)).rejects.toThrow("its event: api_key.deactivated");
    expect(await stored()).toMatchObject({ status: "active" });
  });

  test("with the event of the previous one", async () => {
    const theirs = await anotherKey();
    const once = [change(() => theirs, STOP), mail(() => theirs, "key_deactivated")];
    await asApp(
      ...once,
      event(() => theirs, "api_key.deactivated"),
    );
    await expect(asApp(...once)).rejects.toThrow("its event: api_key.deactivated");
  });
});

test("an event with other addresses than those that are set does not count", async () => {
  const steps = [
    change(key, "allowed_ips = '{203.0.113.66}'"),
    mail(key, "key_ips_changed", { data: { after: ["203.0.113.66"] } }),
  ];
  const saying = (after: string[]) => event(key, "api_key.ips_changed", { data: { before: [], after } });
  await expect(asApp(...steps, saying(["198.51.100.7"]))).rejects.toThrow("its event: api_key.ips_changed");
  await asApp(...steps, saying(["203.0.113.66"]));
});

test("a key is never deleted, by any role", async () => {
  await expect(transaction(WRITERS.owner, () => ["DELETE FROM api_keys WHERE id = $1", [told.keyId]])).rejects.toThrow(
    "never deleted",
  );
});

describe("the number and the time of an event are set by the database: the dashboard's role cannot", () => {
  test.each([
    ["id", "1"],
    ["at", "now() - interval '1 day'"],
  ])("give its %s", async (column, value) => {
    const insert = sql(
      `INSERT INTO audit_events (${column}, event, actor_kind) VALUES (${value}, 'session.began', 'user')`,
    );
    await expect(asApp(insert)).rejects.toThrow("permission denied for table audit_events");
  });

  test("set the counter", async () => {
    await expect(asApp(sql("SELECT setval('audit_events_id_seq', 1)"))).rejects.toThrow("permission denied");
  });
});

test.each([
  "events_that_tell('status', '{}', '{}')",
  "mails_that_tell('x')",
  "events_of_this_transaction(NULL)",
  "owners_are_told(NULL, 'x')",
])("no role may call the trigger's own functions: %s", async (call) => {
  await expect(asApp(sql(`SELECT ${call}`))).rejects.toThrow("permission denied for function");
});

test("a temporary table of the same name is not read", async () => {
  const { keyId } = await makeOwner().then(anotherKey);
  const shadow = sql("CREATE TEMPORARY TABLE audit_events ON COMMIT DROP AS SELECT * FROM public.audit_events LIMIT 0");
  const steps: Step[] = [
    shadow,
    () => ["UPDATE api_keys SET status = 'retired' WHERE id = $1", [keyId]],
    event(() => ({ ...told, keyId }), "api_key.retired"),
  ];
  await expect(transaction(WRITERS.owner, ...steps)).rejects.toThrow("its event: api_key.retired");
});
