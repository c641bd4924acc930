import { beforeAll, describe, expect, test } from "vitest";
import { readActivity } from "@/lib/audit/activity";
import type { RunSql } from "@/lib/platform/db/db";
import { asSupport } from "@/lib/support/database";
import { readKeys } from "@/lib/support/keys";
import { readMembers } from "@/lib/support/members";
import { readMerchant } from "@/lib/support/merchant";
import { readQuery } from "@/lib/support/query";
import { findMerchants, search } from "@/lib/support/search";
import { fillWithMillionKeys, KEYS, nthKey } from "../../kit/database/million-keys";
import { asDatabaseOwner, unwrap } from "../../kit/people/api-keys";
import { makeStaff, PAGES } from "../../kit/people/support";

let largest: string;
let indexes: Record<string, unknown>[];
let constraints: Record<string, unknown>[];
beforeAll(async () => {
  [indexes, constraints] = [await asDatabaseOwner(INDEXES), await asDatabaseOwner(CONSTRAINTS)];
  largest = (await fillWithMillionKeys()).largest;
});

const INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname";
/** Except for the reference to an unlogged table, which a logged table cannot have. */
const CONSTRAINTS = `SELECT conrelid::regclass::text AS on, conname AS name, pg_get_constraintdef(oid) AS is FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND conname <> 'reveals_key_id_fkey' ORDER BY 1, 2`;

/** The other tables are empty here, so a sequential scan is faster for them. */
const FILLED = ["api_keys", "merchants", "users", "memberships", "audit_events", "audit_reads"];

/**
 * Runs a read and returns what PostgreSQL did for it: the tables that it scanned in full, the
 * indexes that it used, and the number of 8 kB blocks that it touched.
 */
async function cost(
  read: (runSql: RunSql) => Promise<unknown>,
): Promise<{ whole: string[]; indexes: string[]; blocks: number }> {
  const plans: string[] = [];
  await asSupport(async (runSql) => {
    await read(async <T>(text: string, values: unknown[]) => {
      const lines = await runSql<{ "QUERY PLAN": string }>(`EXPLAIN (ANALYZE, BUFFERS) ${text}`, values);
      plans.push(lines.map((line) => line["QUERY PLAN"]).join("\n"));
      return runSql<T>(text, values);
    });
  });
  const found = (pattern: RegExp) =>
    plans.flatMap((plan) => [...plan.matchAll(pattern)].map(([, name]) => name as string));
  const blocks = plans.map((plan) => /Buffers: shared hit=(\d+)(?: read=(\d+))?/.exec(plan) ?? []);
  return {
    whole: found(/Seq Scan on (\w+)/g).filter((table) => FILLED.includes(table)),
    indexes: [
      ...new Set([
        ...found(/Index (?:Only )?Scan(?: Backward)? using (\w+)/g),
        ...found(/Bitmap Index Scan on (\w+)/g),
      ]),
    ],
    blocks: blocks.reduce((sum, [, hit = "0", read = "0"]) => sum + Number(hit) + Number(read), 0),
  };
}

const words = (text: string) => {
  const query = readQuery(text);
  if (query.kind !== "words" && query.kind !== "key") throw new Error(`not searchable: ${query.kind}`);
  return (runSql: RunSql) => search(runSql, query, 0);
};

test("the table contains a million keys", async () => {
  const [row] = await asDatabaseOwner("SELECT count(*)::int AS keys FROM api_keys");
  expect(row?.keys).toBe(KEYS);
});

test("the tables have the same indexes and constraints as after the migrations", async () => {
  expect(indexes.length).toBeGreaterThan(30);
  expect(await asDatabaseOwner(INDEXES)).toEqual(indexes);
  expect(constraints.length).toBeGreaterThan(30);
  expect(await asDatabaseOwner(CONSTRAINTS)).toEqual(constraints);
});

describe("no page of the merchant with 180,000 keys scans a whole table", () => {
  test.each([
    ["the first page of keys", (runSql: RunSql) => readKeys(runSql, largest, null), "api_keys_listed"],
    ["a page of keys in the middle", (runSql: RunSql) => readKeys(runSql, largest, KEYS / 2), "api_keys_retired"],
    ["the last page of keys", (runSql: RunSql) => readKeys(runSql, largest, 1_100), "api_keys_listed"],
    ["what is true of its keys", (runSql: RunSql) => readMerchant(runSql, largest), "api_keys_one_active_per_merchant"],
    ["its members", (runSql: RunSql) => readMembers(runSql, largest, null), "memberships_pkey"],
    ["the history of its keys", (runSql: RunSql) => readKeys(runSql, largest, null), "audit_events_of_a_key"],
    [
      "its activity",
      (runSql: RunSql) => readActivity(runSql, largest, { before: null, group: null, devices: false }),
      "audit_events_merchant_id_id_idx",
    ],
    [
      "one kind of its events, that hardly occurs",
      (runSql: RunSql) => readActivity(runSql, largest, { before: null, group: "support", devices: false }),
      "audit_events_of_a_kind",
    ],
  ])("%s", async (_, read, index) => {
    const { whole, indexes, blocks } = await cost(read);
    expect(whole).toEqual([]);
    expect(indexes).toContain(index);
    expect(blocks).toBeLessThan(1_000);
  });
});

describe("no search scans a whole table", () => {
  test("a whole API key", async () => {
    const [row] = await asDatabaseOwner(`SELECT ${nthKey(777_777)} AS key`);
    const { whole, indexes, blocks } = await cost(words(String(row?.key)));
    expect([whole, indexes, blocks < 20]).toEqual([[], ["api_keys_key_key", "merchants_pkey"], true]);
  });

  test.each([
    ["a part of a name", "c4ca4238", "merchants_name_parts"],
    ["an e-mail", "user1234@81dc9bdb.example", "users_email_key"],
    ["words that stand nowhere", "nobody has this", "merchants_name_parts"],
    ["two letters", "zq", "merchants_name_parts"],
  ])("%s", async (_, text, index) => {
    const { whole, indexes, blocks } = await cost(words(text));
    expect(whole).toEqual([]);
    expect(indexes).toContain(index);
    expect(blocks).toBeLessThan(1_000);
  });

  test("a name that PostgreSQL's statistics know", async () => {
    const known = await asDatabaseOwner(
      `SELECT substr(name, 10, 8) AS text FROM pg_stats, unnest(histogram_bounds::text::text[]) name WHERE tablename = 'merchants_name_parts'`,
    );
    expect(known.length).toBeGreaterThan(100);
    for (const { text } of known.slice(10, 30)) {
      const { indexes, blocks } = await cost(words(String(text)));
      expect([indexes.includes("merchants_name_parts"), blocks < 1_000]).toEqual([true, true]);
    }
  });

  test("words that occur in every name and every email end after a page", async () => {
    for (const text of ["merchant", "example"]) expect((await cost(words(text))).blocks).toBeLessThan(1_000);
  });
});

test("every key is on exactly one page, and its owner is found by it", async () => {
  const staff = await makeStaff();
  const [{ id } = { id: "" }] = (await asDatabaseOwner(
    `SELECT merchant_id AS id FROM api_keys WHERE key = ${nthKey(12_346)}`,
  )) as {
    id: string;
  }[];
  const seen: number[] = [];
  for (let before: number | null = null; ; ) {
    const page = await asSupport((runSql) => readKeys(runSql, id, before));
    seen.push(...page.keys.map(({ number }) => number));
    if (page.older === null) break;
    before = page.older;
  }
  const [count] = await asDatabaseOwner("SELECT count(*)::int AS keys FROM api_keys WHERE merchant_id = $1", [id]);
  expect([seen.length, new Set(seen).size]).toEqual([count?.keys, count?.keys]);
  const key = String((await asDatabaseOwner(`SELECT ${nthKey(12_346)} AS key`))[0]?.key);
  expect(unwrap(await findMerchants(key)).hits).toEqual([expect.objectContaining({ id, by: "key" })]);
  expect(await PAGES.keys(staff, largest)).not.toBeNull();
});
