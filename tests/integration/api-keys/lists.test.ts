import { beforeAll, describe, expect, test } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { confirmSaved } from "@/lib/api-keys/propagation/receipt";
import { firstPage, listedPage, newestGenerated, pinnedKeys, retiredPage, withUsage } from "@/lib/api-keys/reads/pages";
import { countKeys, type KeyRow, listKeys, listRetiredKeys, readKeyStatus } from "@/lib/api-keys/reads/queries";
import { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/db/db";
import {
  activated,
  asDatabaseOwner,
  freshProof,
  generated,
  moveFirstActivation,
  ownerWithActiveKey,
  unwrap,
} from "../../kit/people/api-keys";
import { changeKeys, restoreKeys } from "../../kit/people/key-changes";
import { makeMerchant, makeOwner } from "../../kit/people/people";

/** Thousands of keys of a merchant, as after years of use. */
async function manyKeys(
  merchantId: string,
  status: "generated" | "inactive" | "retired",
  count: number,
): Promise<void> {
  const sealed =
    status === "generated"
      ? "NULL, NULL, NULL, NULL, NULL, NULL"
      : "'\\x01', 1, 'f', now(), now() - interval '1 day', now()";
  await restoreKeys(
    `INSERT INTO api_keys (merchant_id, key, status, sealed_secret, key_version, fingerprint, first_activated_at, deactivated_at, refused_everywhere_at)
     SELECT $1, substr(replace(gen_random_uuid()::text, '-', ''), 1, 32), '${status}', ${sealed} FROM generate_series(1, $2)`,
    [merchantId, count],
  );
}

async function walk(page: (before?: number) => Promise<{ keys: KeyRow[]; older: number | null }>): Promise<KeyRow[][]> {
  const pages: KeyRow[][] = [];
  for (let before: number | null | undefined; before !== null; ) {
    const { keys, older } = await page(before);
    pages.push(keys);
    before = older;
  }
  return pages;
}

describe("5,000 keys of one merchant among 5,000 of others", () => {
  let merchantId: string;
  let activeNumber: number;
  beforeAll(async () => {
    const { owner, key } = await ownerWithActiveKey();
    merchantId = owner.merchantId;
    activeNumber = key.number;
    for (const status of ["inactive", "generated", "inactive", "retired"] as const)
      await manyKeys(merchantId, status, 1_250);
    for (let n = 0; n < 5; n++) await manyKeys((await makeMerchant()).id, "inactive", 1_000);
    await asDatabaseOwner("ANALYZE api_keys");
  });

  test("the active key comes first although it is the oldest, then the newest first, 25 a page, each key once and none retired", async () => {
    const pages = await walk((before) => listKeys(merchantId, { before }));
    const numbers = pages.flat().map(({ number }) => number);
    expect(numbers[0]).toBe(activeNumber);
    expect(numbers.slice(1)).toEqual([...numbers.slice(1)].sort((a, b) => b - a));
    expect(new Set(numbers).size).toBe(3_751);
    expect(new Set(pages.slice(0, -1).map((page) => page.length))).toEqual(new Set([25]));
    expect(pages.flat().filter(({ state }) => state === "retired")).toEqual([]);
  });

  test("retired keys have pages of their own", async () => {
    const pages = await walk((before) => listRetiredKeys(merchantId, { before }));
    expect(pages.flat()).toHaveLength(1_250);
    expect(new Set(pages.flat().map(({ state }) => state))).toEqual(new Set(["retired"]));
    expect(await countKeys(merchantId)).toEqual({ listed: 3_751, retired: 1_250 });
  });

  test.each<[string, (merchantId: string) => Prisma.Sql]>([
    ["the first page", (id) => listedPage(id, undefined, 26)],
    ["a page in the middle", (id) => listedPage(id, activeNumber + 2_000, 26)],
    ["the last page", (id) => listedPage(id, activeNumber + 10, 26)],
    ["the first page of retired keys", (id) => retiredPage(id, undefined, 26)],
    ["a page of retired keys in the middle", (id) => retiredPage(id, activeNumber + 4_500, 26)],
  ])("%s reads an index, and neither scans the table nor sorts the list", async (_page, query) => {
    const plan = await planOf(query(merchantId));
    expect(plan.nodes.filter((node) => /Seq Scan on api_keys|Sort|Bitmap/.test(node))).toEqual([]);
    expect(plan.visited).toBeLessThanOrEqual(60);
  });

  test("pinned keys are found by indexes, deactivations in progress by their own one, without a sort", async () => {
    const plan = await planOf(pinnedKeys(merchantId));
    expect(plan.nodes.filter((node) => /Seq Scan on api_keys|Sort/.test(node))).toEqual([]);
    expect(plan.visited).toBeLessThanOrEqual(60);
  });

  test("the first page with its pinned keys and all usage, in one statement, sorts nothing and touches as few rows", async () => {
    const plan = await planOf(withUsage(firstPage(merchantId, 26)));
    expect(plan.nodes.filter((node) => /Sort/.test(node))).toEqual([]);
    expect(plan.visited).toBeLessThanOrEqual(60);
  });

  test("the newest generated key is found by the list's index, among this merchant's keys only", async () => {
    const plan = await planOf(newestGenerated(merchantId));
    expect(plan.nodes.filter((node) => /Seq Scan on api_keys|Sort|Bitmap/.test(node))).toEqual([]);
    expect(plan.visited).toBeLessThanOrEqual(1_251);
  });

  test("a page says whether it is the newest and where the older ones begin", async () => {
    const first = await listKeys(merchantId);
    const second = await listKeys(merchantId, { before: first.older ?? 0 });
    expect([first.newest, second.newest, first.older]).toEqual([true, false, first.keys.at(-1)?.number]);
    expect(second.keys[0]?.number).toBe((first.older ?? 0) - 1);
  });

  test("the line above the list covers all keys", async () => {
    const now = await readKeyStatus(merchantId);
    expect(now).toMatchObject({ active: { number: activeNumber, secretUndelivered: false }, deactivating: null });
    expect(now.waitingGenerated?.number).toBeGreaterThan(activeNumber);
  });
});

type Node = {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Rows"?: number;
  "Rows Removed by Filter"?: number;
  Plans?: Node[];
};

/**
 * The executed plan of a query: its nodes, each with its table, and the most rows that a node
 * touched. A scan of an empty table is right once autovacuum has seen that it is empty.
 */
async function planOf(query: Prisma.Sql): Promise<{ nodes: string[]; visited: number }> {
  const [row] = await db().$queryRaw<{ "QUERY PLAN": [{ Plan: Node }] }[]>(
    Prisma.sql`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`,
  );
  const nodes: Node[] = [];
  const collect = (node: Node) => {
    nodes.push(node);
    node.Plans?.forEach(collect);
  };
  if (row) collect(row["QUERY PLAN"][0].Plan);
  const visited = Math.max(...nodes.map((node) => (node["Actual Rows"] ?? 0) + (node["Rows Removed by Filter"] ?? 0)));
  return {
    nodes: nodes.map((node) => [node["Node Type"], node["Relation Name"]].filter(Boolean).join(" on ")),
    visited,
  };
}

test("a merchant without keys has an empty first page and an empty status", async () => {
  const { merchantId } = await makeOwner();
  expect(await listKeys(merchantId)).toEqual({ keys: [], older: null, newest: true });
  expect(await readKeyStatus(merchantId)).toEqual({
    active: null,
    deactivating: null,
    waitingGenerated: null,
    rotation: { standby: null, expired: null, tookOver: null },
    counts: { listed: 0, retired: 0 },
  });
});

test("another merchant's keys are in no list and no count", async () => {
  await ownerWithActiveKey();
  const { merchantId } = await makeOwner();
  expect((await listKeys(merchantId)).keys).toEqual([]);
  expect((await listRetiredKeys(merchantId)).keys).toEqual([]);
  expect(await countKeys(merchantId)).toEqual({ listed: 0, retired: 0 });
});

test("a row contains what the list shows and nothing of the secret", async () => {
  const owner = await makeOwner();
  const key = await activated(owner, { allowedIps: ["198.51.99.7"] });
  const [row] = (await listKeys(owner.merchantId)).keys;
  expect(Object.keys(row ?? {}).sort()).toEqual(
    "activatedAt allowedIps deactivatedAt everActivated generatedAt hasSecret id key note number reason retiredAt standbyUntil state takesOver usage".split(
      " ",
    ),
  );
  expect(row).toMatchObject({
    id: key.id,
    number: key.number,
    state: "active",
    allowedIps: ["198.51.99.7"],
    everActivated: true,
  });
  expect(new Date(row?.activatedAt ?? "").toISOString()).toBe(row?.activatedAt);
});

test("a secret without a receipt is called undelivered after 120 s, not before", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const undelivered = async () => (await readKeyStatus(owner.merchantId)).active?.secretUndelivered;
  expect(await undelivered()).toBe(false);
  await moveFirstActivation(key.id, "-121 s");
  expect(await undelivered()).toBe(true);
  await changeKeys("UPDATE api_keys SET secret_received_at = now() WHERE id = $1", [key.id]);
  expect(await undelivered()).toBe(false);
});

test("an accepted request ends the question whether a secret was saved", async () => {
  const { owner, key } = await ownerWithActiveKey();
  await moveFirstActivation(key.id, "-121 s");
  const asked = async () => (await readKeyStatus(owner.merchantId)).active?.secretUndelivered;
  expect(await asked()).toBe(true);
  await asDatabaseOwner("INSERT INTO key_last_used (key_number, at, source) VALUES ($1, now(), '45.33.32.7')", [
    key.number,
  ]);
  expect(await asked()).toBe(false);
});

test("an Owner's answer ends it with an event, not before the dialog can no longer report by itself, and not another merchant's", async () => {
  const { owner, key } = await ownerWithActiveKey();
  expect(await confirmSaved(owner.member, { keyId: key.id })).toMatchObject({
    ok: false,
    refusal: { code: "not_found" },
  });
  await moveFirstActivation(key.id, "-121 s");
  const other = await makeOwner();
  expect(await confirmSaved(other.member, { keyId: key.id })).toMatchObject({
    ok: false,
    refusal: { code: "not_found" },
  });
  expect((await readKeyStatus(owner.merchantId)).active?.secretUndelivered).toBe(true);
  for (let repeat = 0; repeat < 2; repeat++)
    expect(await confirmSaved(owner.member, { keyId: key.id })).toEqual({ ok: true, value: { number: key.number } });
  expect((await readKeyStatus(owner.merchantId)).active?.secretUndelivered).toBe(false);
  const told = await asDatabaseOwner(
    "SELECT data FROM audit_events WHERE api_key_id = $1 AND event = 'api_key.secret_received'",
    [key.id],
  );
  expect(told).toEqual([{ data: { by: "answer" } }]);
});

test("a deactivation in progress is shown above the list with its number until it ends", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const newestGenerated = await generated(owner);
  const deactivation = deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner));
  await expect.poll(async () => (await readKeyStatus(owner.merchantId)).deactivating?.number).toBe(key.number);
  unwrap(await deactivation);
  expect(await readKeyStatus(owner.merchantId)).toMatchObject({
    active: null,
    deactivating: null,
    waitingGenerated: newestGenerated,
    counts: expect.anything(),
  });
});

test("a retirement without a time appears in the retired list", async () => {
  const { merchantId } = await makeOwner();
  await changeKeys("INSERT INTO api_keys (merchant_id, key, status) VALUES ($1, repeat('R', 32), 'retired')", [
    merchantId,
  ]);
  expect((await listRetiredKeys(merchantId)).keys).toMatchObject([{ state: "retired" }]);
});
