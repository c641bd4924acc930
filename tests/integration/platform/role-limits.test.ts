import pg from "pg";
import { describe, expect, type TestContext, test } from "vitest";
import { asOwner } from "../../kit/people/owner";

/**
 * Connects as a stranger with the role's password would, or a program that forgets its own limits.
 */
const ROLES = {
  "the dashboard's": process.env.APP_DATABASE_URL,
  "the gateway's": process.env.GATEWAY_DATABASE_URL,
  "the support desk's": process.env.SUPPORT_DATABASE_URL,
};

type Ending = Pick<TestContext, "onTestFinished">;

/** Closed with its own test, because these tests run concurrently. */
async function connected(url: string | undefined, { onTestFinished }: Ending): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

describe.concurrent.each(Object.entries(ROLES))("of %s role, for every client,", (_, url) => {
  test.concurrent("a statement that does not end is cancelled by the server", async (context) => {
    const client = await connected(url, context);
    await expect(client.query("SELECT pg_sleep(3600)")).rejects.toMatchObject({ code: "57014" });
  });

  test.concurrent("an idle transaction is ended by the server", async (context) => {
    const client = await connected(url, context);
    const ended = new Promise((resolve) => client.once("error", resolve));
    await client.query("BEGIN");
    expect(await ended).toMatchObject({ code: "25P03" });
  });

  test.concurrent.for([
    "CREATE TEMPORARY TABLE mine (x int)",
    "CREATE TEMPORARY VIEW mine AS SELECT 1",
    "SELECT 1 AS x INTO TEMPORARY mine",
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, '\\x00')",
    "CREATE TABLE mine (x int)",
    "CREATE SCHEMA mine",
  ])("it is refused: %s", async (sql, context) => {
    const client = await connected(url, context);
    await expect(client.query(sql)).rejects.toMatchObject({ code: "42501" });
  });
});

test("a statement that waits for a lock is cancelled by the server, for every client, and the next one succeeds", async (context) => {
  const holder = await connected(process.env.DATABASE_URL, context);
  await holder.query("BEGIN; LOCK TABLE merchants");
  const clients = await Promise.all(Object.values(ROLES).map((url) => connected(url, context)));
  const read = () => Promise.allSettled(clients.map((client) => client.query("SELECT id, name FROM merchants")));
  for (const answer of await read()) expect(answer).toMatchObject({ status: "rejected", reason: { code: "55P03" } });
  await holder.query("ROLLBACK");
  for (const answer of await read()) expect(answer).toMatchObject({ status: "fulfilled" });
});

test("no function of the tables' owner runs with a search path that its caller can create objects in", async () => {
  const may = `SELECT bool_or(has_schema_privilege('countersign_' || role, 'public', 'CREATE')) AS may FROM unnest('{app,gateway,support}'::text[]) role`;
  expect(await asOwner(may)).toEqual([{ may: false }]);
  const open = await asOwner<{ name: string }>(`SELECT proname AS name FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prosecdef AND NOT coalesce(proconfig && ARRAY['search_path=""', 'search_path=public, pg_temp'], false)`);
  expect(open).toEqual([]);
});
