import { beforeAll, describe, expect, test } from "vitest";
import { listKeys, listRetiredKeys } from "@/lib/api-keys/reads/queries";
import { usageOf } from "@/lib/api-keys/reads/usage";
import { db } from "@/lib/platform/db/db";
import { activated, asDatabaseOwner, generated } from "../../kit/people/api-keys";
import { changeKeys } from "../../kit/people/key-changes";
import { makeOwner, type Owner } from "../../kit/people/people";
import { makeStaff, PAGES } from "../../kit/people/support";

const AT = "2026-11-23T09:41:00.000Z";
const used = (number: number, source = "203.0.113.7") =>
  asDatabaseOwner("INSERT INTO key_last_used (key_number, at, source) VALUES ($1, $2, $3)", [number, AT, source]);
const refused = (
  number: number | null,
  reason: string,
  at: string,
  mistake: string | null = null,
  lookedAt: string | null = at,
) =>
  asDatabaseOwner(
    `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, mistake, looked_at, flush)
     VALUES (gen_random_uuid(), $1, $2, '198.51.100.77', $3, $3, 1, $4, $5, 1)`,
    [number, reason, at, mistake, lookedAt],
  );

describe("a key that was used and refused", () => {
  let owner: Owner;
  let number: number;
  let unused: number;
  beforeAll(async () => {
    owner = await makeOwner();
    ({ number } = await activated(owner));
    ({ number: unused } = await generated(owner));
    await used(number);
    await refused(number, "bad_header_signature", "2026-11-23T10:00:00Z", "signature_base64");
    await refused(number, "ip_not_allowed", "2026-11-23T09:00:00Z");
    await refused(null, "bad_header_key", "2026-11-23T11:00:00Z");
    // The secret came with a request that was accepted, which is no refusal.
    await refused(number, "secret_sent", "2026-11-23T12:00:00Z", "secret_accepted");
  });

  const expected = {
    used: { at: AT, source: "203.0.113.7" },
    refused: {
      at: "2026-11-23T10:00:00.000Z",
      source: "198.51.100.77",
      reason: "bad_header_signature",
      mistake: "signature_base64",
      looked: true,
    },
  };

  test("shows the latest of both on its Owner's list; an unused key shows nothing", async () => {
    const { keys } = await listKeys(owner.merchantId);
    expect(keys.map((key) => [key.number, key.usage])).toEqual([
      [number, expected],
      [unused, { used: null, refused: null }],
    ]);
  });

  test("shows the same at the support desk", async () => {
    const looked = await PAGES.keys(await makeStaff(), owner.merchantId);
    expect(looked?.value.keys.find((key) => key.number === number)?.usage).toEqual(expected);
  });

  test("shows it on the list of retired keys too", async () => {
    await changeKeys("UPDATE api_keys SET status = 'retired' WHERE number = $1", [number]);
    expect((await listRetiredKeys(owner.merchantId)).keys).toMatchObject([{ number, usage: expected }]);
  });
});

test("the mistake found in one request is not shown for a later one that was not examined", async () => {
  const owner = await makeOwner();
  const { number } = await activated(owner);
  await refused(number, "bad_header_signature", "2026-11-23T10:00:05Z", "signature_base64", "2026-11-23T10:00:00Z");
  expect((await listKeys(owner.merchantId)).keys[0]?.usage.refused).toMatchObject({ mistake: null, looked: false });
});

test("the usage of a page of keys is one statement on two indexes, among a hundred thousand rows, with and without statistics", async () => {
  await asDatabaseOwner(`
    INSERT INTO key_last_used SELECT n, now(), '203.0.113.7' FROM generate_series(10001, 60000) n;
    INSERT INTO refusals SELECT gen_random_uuid(), 10001 + n % 50, 'ip_not_allowed', '198.51.100.1', now(), now(), 1, NULL, 1
      FROM generate_series(1, 50000) n`);
  const plan = async () => {
    const statements: string[] = [];
    const numbers = Array.from({ length: 26 }, (_, n) => 10_001 + n);
    await usageOf(async <T>(text: string, values: unknown[]) => {
      const rows = await db().$queryRawUnsafe<{ "QUERY PLAN": string }[]>(`EXPLAIN (ANALYZE) ${text}`, ...values);
      statements.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
      return [] as T[];
    }, numbers);
    return statements;
  };
  for (const sql of ["SELECT 1", "ANALYZE"]) {
    await asDatabaseOwner(sql);
    const [text, ...more] = await plan();
    expect(more).toEqual([]);
    expect(text).not.toMatch(/Seq Scan|Sort/);
    expect(text).toContain("key_last_used_pkey");
    expect(text).toContain("refusals_key_number_last_at_idx");
  }
});
