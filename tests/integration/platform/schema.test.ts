import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeKeys } from "../../kit/people/key-changes";

const owner = new pg.Client({ connectionString: process.env.DATABASE_URL });
const app = new pg.Client({ connectionString: process.env.APP_DATABASE_URL });
const support = new pg.Client({ connectionString: process.env.SUPPORT_DATABASE_URL });
const gateway = new pg.Client({ connectionString: process.env.GATEWAY_DATABASE_URL });
beforeAll(() => Promise.all([owner, app, support, gateway].map((client) => client.connect())));
afterAll(() => Promise.all([owner, app, support, gateway].map((client) => client.end())));

let merchant: string;
beforeAll(async () => {
  merchant = (await owner.query("INSERT INTO merchants (name, mode) VALUES ('M', 'live') RETURNING id")).rows[0].id;
});

let count = 0;
async function insertKey(status: "generated" | "active" | "retired" = "generated"): Promise<string> {
  const key = String(++count).padStart(32, "A");
  const sealed = status === "generated" ? "NULL, NULL, NULL, NULL" : "'\\x01', 1, 'f', now()";
  const [row] = await changeKeys<{ id: string }>(
    `INSERT INTO api_keys (merchant_id, key, status, sealed_secret, key_version, fingerprint, first_activated_at) VALUES ($1, $2, $3, ${sealed}) RETURNING id`,
    [merchant, key, status],
  );
  return row?.id as string;
}

test("a second active key of one merchant is refused by the database", async () => {
  const first = await insertKey("active");
  await expect(insertKey("active")).rejects.toThrow("api_keys_one_active_per_merchant");
  await changeKeys("UPDATE api_keys SET status = 'inactive' WHERE id = $1", [first]);
});

test.each(["key = repeat('Z', 32)", "merchant_id = gen_random_uuid()", "number = number + 100000"])(
  "changing a key's %s is refused for every role",
  async (change) => {
    const id = await insertKey();
    await expect(owner.query(`UPDATE api_keys SET ${change} WHERE id = $1`, [id])).rejects.toThrow("write-once");
  },
);

test.each([
  "sealed_secret = '\\x02'",
  "sealed_secret = NULL",
  "first_activated_at = now() + '1 s'",
  "fingerprint = 'g'",
  "key_version = 2",
])("changing a sealed secret's %s is refused for every role", async (change) => {
  const id = await insertKey("active");
  await expect(owner.query(`UPDATE api_keys SET ${change} WHERE id = $1`, [id])).rejects.toThrow("write-once");
  await changeKeys("UPDATE api_keys SET status = 'inactive' WHERE id = $1", [id]);
});

test("a retired key cannot be reactivated", async () => {
  const id = await insertKey("retired");
  await expect(owner.query("UPDATE api_keys SET status = 'active' WHERE id = $1", [id])).rejects.toThrow(
    "never comes back",
  );
});

test("an active key without a secret is refused", async () => {
  const id = await insertKey();
  await expect(owner.query("UPDATE api_keys SET status = 'active' WHERE id = $1", [id])).rejects.toThrow(
    "api_keys_active_has_secret",
  );
});

test("the dashboard's role cannot read a sealed secret", async () => {
  await expect(app.query("SELECT sealed_secret FROM api_keys")).rejects.toThrow("permission denied");
  await expect(app.query("SELECT * FROM api_keys")).rejects.toThrow("permission denied");
});

test("a gateway writes its row and the dashboard's role does not: it reads rows, and deletes what a gateway left behind", async () => {
  const insert = (client: pg.Client) =>
    client.query("INSERT INTO gateways (id, name, version, started) VALUES (gen_random_uuid(), 'g', '0', now())");
  await insert(gateway);
  await gateway.query("UPDATE gateways SET applied = '1:1:', seen_at = now()");
  await expect(gateway.query("UPDATE gateways SET name = 'another'")).rejects.toThrow("permission denied");
  await expect(insert(app)).rejects.toThrow("permission denied");
  await expect(app.query("UPDATE gateways SET applied = '900:900:'")).rejects.toThrow("permission denied");
  await expect(support.query("SELECT FROM gateways")).rejects.toThrow("permission denied");
  expect((await app.query("SELECT * FROM gateways")).rowCount).toBe(1);
  await app.query("DELETE FROM gateways");
});

test("the dashboard's role can neither change nor delete an audit event, nor delete a key", async () => {
  await expect(app.query("UPDATE audit_events SET event = 'x'")).rejects.toThrow("permission denied");
  await expect(app.query("DELETE FROM audit_events")).rejects.toThrow("permission denied");
  await expect(app.query("DELETE FROM api_keys")).rejects.toThrow("permission denied");
});

test.each([
  "SELECT sealed_secret FROM api_keys",
  "SELECT 1 FROM passwords",
  "SELECT 1 FROM totp_devices",
  "SELECT 1 FROM reveals",
  "SELECT 1 FROM sessions",
  "UPDATE api_keys SET status = 'retired'",
])("the support role is refused: %s", async (sql) => {
  await expect(support.query(sql)).rejects.toThrow("permission denied");
});

test.each([
  "SELECT 1 FROM users",
  "SELECT 1 FROM audit_events",
  "SELECT secret_check FROM api_keys",
  "UPDATE api_keys SET status = 'active'",
  "SELECT 1 FROM reveals",
])("the gateway's role is refused: %s", async (sql) => {
  await expect(gateway.query(sql)).rejects.toThrow("permission denied");
});

describe("a key is stamped with the transaction", () => {
  type Stamped = { xid: string; now: string };
  const stamped = async (sql: string, values: unknown[]): Promise<Stamped> =>
    (
      await changeKeys<Stamped>(`${sql} RETURNING changed_xid::text AS xid, pg_current_xact_id()::text AS now`, values)
    )[0] as Stamped;
  const insert = () =>
    stamped("INSERT INTO api_keys (merchant_id, key, changed_xid) SELECT merchant_id, $1, '1' FROM api_keys LIMIT 1", [
      String(++count).padStart(32, "A"),
    ]);

  test("that inserts it, whatever stamp the statement gives", async () => {
    await insertKey();
    const { xid, now } = await insert();
    expect(xid).toBe(now);
  });

  test.each([
    ["status", "'retired'"],
    ["allowed_ips", "'{198.51.100.7}'"],
    ["activated_at", "now()"],
  ])("that changes its %s, which a gateway reads", async (column, value) => {
    const id = await insertKey();
    const { xid, now } = await stamped(`UPDATE api_keys SET ${column} = ${value}, changed_xid = '1' WHERE id = $1`, [
      id,
    ]);
    expect(xid).toBe(now);
  });

  test("that activates it for the first time", async () => {
    const id = await insertKey();
    const first =
      "status = 'inactive', sealed_secret = '\\x01', key_version = 1, fingerprint = 'f', first_activated_at = now()";
    const { xid, now } = await stamped(`UPDATE api_keys SET ${first} WHERE id = $1`, [id]);
    expect(xid).toBe(now);
  });

  test("and with no other: changes that no gateway reads leave the stamp, and no stamp can be made up", async () => {
    const id = await insertKey();
    const read = async () =>
      (await owner.query("SELECT changed_xid::text AS xid FROM api_keys WHERE id = $1", [id])).rows[0].xid;
    const before = await read();
    await changeKeys(
      `UPDATE api_keys SET refused_everywhere_at = now(), secret_received_at = now(), deactivated_at = now(), deactivation_reason = 'other',
        retirement_reason = 'lost', changed_xid = '1', status = status, allowed_ips = allowed_ips WHERE id = $1`,
      [id],
    );
    expect(await read()).toBe(before);
  });
});
