import pg from "pg";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { type DatabaseUrls, emptyDatabase } from "../../kit/database/database";
import { type Migrate, migrationProgram } from "../../kit/database/migrations";

const REFUSES = "20261130110000_gateways_stopped";
const REMOVES = "20261130111000_every_gateway_has_a_row";
/** The query with which a gateway of version 0.1 or 0.2 renews its lease. */
const EARLIER_POLL = "SELECT key FROM api_keys WHERE changed_xid >= '1'::xid8";
const STATE = `SELECT has_column_privilege('countersign_gateway', 'api_keys', 'changed_xid', 'SELECT') AS "mayRenew",
  EXISTS (SELECT FROM gateways WHERE id = '00000000-0000-0000-0000-000000000000') AS "areWaitedFor"`;
const CONNECTED = "SELECT FROM pg_stat_activity WHERE usename = 'countersign_gateway' AND datname = current_database()";
type State = { mayRenew: boolean; areWaitedFor: boolean };

let urls: DatabaseUrls;
let owner: pg.Client;
let migrate: Migrate;

/** A database in which gateways without a row may hold leases. */
beforeEach(async () => {
  urls = await emptyDatabase();
  await (await migrationProgram({}, { before: REFUSES, url: urls.owner }))();
  migrate = await migrationProgram({}, { url: urls.owner });
  owner = await connected(urls.owner);
  await owner.query("SELECT let_in_earlier_gateways()");
});

async function connected(url: string, name = "test"): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: name });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** Ends the gateways' connections, and waits until the server has seen that. */
async function stopped(gateways: pg.Client[]): Promise<void> {
  await Promise.all(gateways.map((gateway) => gateway.end()));
  await expect.poll(async () => (await owner.query(CONNECTED)).rowCount, { timeout: 60_000 }).toBe(0);
}

const state = async (): Promise<State> => (await owner.query<State>(STATE)).rows[0] as State;

test("while gateways are connected, whatever their name, nothing is migrated; once they are stopped none gets a lease again", async () => {
  const names = ["countersign-gateway", "", "theirs", "countersign-gateway-usage"];
  const gateways = await Promise.all(names.map((name) => connected(urls.gateway, name)));
  const refused = await migrate().catch((error: Error) => error.message);
  expect(refused).toContain(`${REFUSES} was not applied: gateways are connected: `);
  for (const name of names) expect(refused).toMatch(new RegExp(` ${name || "unnamed"} \\(process \\d+\\)[,.]`));
  expect(refused).toContain(". Stop all gateways, migrate, and then start the new ones.");
  for (const gateway of gateways) await gateway.query(EARLIER_POLL);
  expect(await state()).toEqual({ mayRenew: true, areWaitedFor: true });

  await stopped(gateways);
  expect((await migrate()).split("\n")).toEqual(expect.arrayContaining([REFUSES, REMOVES]));
  expect(await state()).toEqual({ mayRenew: false, areWaitedFor: false });
  await expect((await connected(urls.gateway)).query(EARLIER_POLL)).rejects.toMatchObject({ code: "42501" });
});

test("one whose connection ended just before is waited for until its last lease has expired", async () => {
  const gateway = await connected(urls.gateway);
  await gateway.query(EARLIER_POLL);
  await stopped([gateway]);
  const migrating = migrate();
  let couldRenew = performance.now();
  for (let now = await state(); now.areWaitedFor; now = await state()) if (now.mayRenew) couldRenew = performance.now();
  expect(performance.now() - couldRenew).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
  await migrating;
});
