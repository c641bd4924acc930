import { expect, test } from "vitest";
import { runMemberAction } from "@/lib/actions/member-action";
import { seenOf } from "@/lib/api-keys/operations";
import { refusalsOf } from "@/lib/api-keys/reads/refusal-counts";
import { seriesOf } from "@/lib/api-keys/reads/series";
import { sourcesOf } from "@/lib/api-keys/reads/sources";
import { runSqlAsApp } from "@/lib/platform/db/db";
import { deleteOldSources } from "@/lib/worker/jobs/usage";
import { activated, asDatabaseOwner, generated, unwrap } from "../../kit/people/api-keys";
import { makeMember, makeOwner, type Owner } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";

const source = (number: number, from: string, count: number, ago = 0) =>
  asDatabaseOwner(
    "INSERT INTO key_sources VALUES ($1, (now() AT TIME ZONE 'UTC')::date - $4::int, gen_random_uuid(), $2, $3, now(), 1)",
    [number, from, count, ago],
  );
const ask = async (owner: Owner, keyId: string) =>
  runMemberAction(seenOf(keyId), { merchantId: owner.merchantId }, validRequestInfo(await mintSession(owner)));

test("the sources of a key in the last 7 days are listed, all gateways and days together, the busiest first", async () => {
  const owner = await makeOwner();
  const { id, number } = await activated(owner);
  await source(number, "45.33.32.7", 5);
  await source(number, "45.33.32.7", 6, 6);
  await source(number, "45.33.32.8", 12, 1);
  await source(number, "45.33.32.9", 99, 7);
  const sources = [
    { source: "45.33.32.8", count: 12 },
    { source: "45.33.32.7", count: 11 },
  ];
  expect(unwrap(await ask(owner, id))).toEqual({ number, sources });
  const next = await generated(owner);
  expect(unwrap(await ask(owner, next.id))).toEqual({ number, sources });
  expect((await sourcesOf(runSqlAsApp, number)).map(({ accepted }) => accepted)).toEqual([12, 11]);
});

const refusal = (number: number, reason: string, from: string, count: number) =>
  asDatabaseOwner(
    `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, flush)
      VALUES (gen_random_uuid(), $1, $2, $3, now(), now(), $4, 1)`,
    [number, reason, from, count],
  );

test("an address whose correctly signed requests went to a path or with a method that there is not uses the key too", async () => {
  const owner = await makeOwner();
  const { id, number } = await activated(owner);
  await source(number, "45.33.32.7", 1);
  await refusal(number, "not_found", "45.33.32.8", 2);
  await refusal(number, "method_not_allowed", "45.33.32.7", 3);
  await refusal(number, "bad_header_signature", "45.33.32.9", 4);
  await refusal(number, "ip_not_allowed", "45.33.32.10", 5);
  expect(unwrap(await ask(owner, id)).sources).toEqual([
    { source: "45.33.32.7", count: 4 },
    { source: "45.33.32.8", count: 2 },
  ]);
});

test("of very many kinds of refusals the latest are listed, and all are counted", async () => {
  const { number } = await activated(await makeOwner());
  for (let last = 1; last <= 102; last++) await refusal(number, "bad_header_signature", `198.51.100.${last}`, 10);
  await refusal(number, "on_standby", "198.51.100.200", 7);
  const { rows, ...counted } = await refusalsOf(number, "day");
  expect([rows.length, counted]).toEqual([100, { accepted: [], more: true, refused: 1020, tries: 7 }]);
});

test("only an Owner of the key's merchant can read them", async () => {
  const owner = await makeOwner();
  const { id } = await activated(owner);
  const viewer = await makeMember("view", owner.merchantId);
  for (const asking of [viewer, await makeOwner()])
    expect(await ask(asking, id)).toEqual({ ok: false, refusal: { code: "not_found" } });
  expect(await ask(owner, "no-id")).toEqual({ ok: false, refusal: { code: "not_found" } });
});

test("sources are deleted after 30 days, and none before", async () => {
  const { number } = await activated(await makeOwner());
  await source(number, "45.33.32.7", 1, 29);
  await source(number, "45.33.32.8", 1, 30);
  expect(await deleteOldSources()).toBe(1);
  expect(await asDatabaseOwner("SELECT source FROM key_sources WHERE key_number = $1", [number])).toEqual([
    { source: "45.33.32.7" },
  ]);
});

test("hours of gateways and those they are added up to are one series, each counted once", async () => {
  const { number } = await activated(await makeOwner());
  const now = Date.UTC(2026, 10, 23, 14, 30);
  const counts =
    "accepted, bad_header_key, bad_header_signature, ip_not_allowed, bad_content_format, unsupported_media_type, payload_too_large, request_timeout, bad_request, unavailable, other";
  const hour = (at: number, accepted: number, refused: number) =>
    asDatabaseOwner(
      `INSERT INTO key_usage (key_number, hour, gateway, flush, ${counts}) VALUES ($1, $2, gen_random_uuid(), 1, $3, $4, 0, 0, 0, 0, 0, 0, 0, 0, 0)`,
      [number, new Date(at - (at % 3_600_000)).toISOString(), accepted, refused],
    );
  await hour(now, 3, 1);
  await hour(now, 4, 0);
  await hour(now - 3_600_000, 5, 2);
  const summed = (column: string, at: number) =>
    asDatabaseOwner(
      `INSERT INTO key_usage_${column}s (key_number, ${column}, ${counts}) VALUES ($1, $2, 100, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0)`,
      [number, new Date(at).toISOString()],
    );
  await summed("hour", now - 72 * 3_600_000);
  await summed("day", now - 72 * 3_600_000);
  await summed("day", now - 29 * 86_400_000);
  await summed("day", now - 30 * 86_400_000);
  const day = await seriesOf(runSqlAsApp, number, "day", now);
  expect([day.bars.length, day.accepted, day.refused, day.most.accepted]).toEqual([24, 12, 3, 7]);
  expect(day.bars.at(-1)).toEqual({ at: "2026-11-23T14:00:00.000Z", accepted: 7, refused: 1 });
  const week = await seriesOf(runSqlAsApp, number, "week", now);
  expect([week.bars.length, week.accepted, week.refused]).toEqual([28, 112, 10]);
  expect(week.bars.at(-13)).toEqual({ at: "2026-11-20T12:00:00.000Z", accepted: 100, refused: 7 });
  const month = await seriesOf(runSqlAsApp, number, "month", now);
  expect([month.bars.length, month.accepted, month.refused]).toEqual([30, 212, 17]);
  expect(month.bars[0]).toEqual({ at: "2026-10-25T00:00:00.000Z", accepted: 100, refused: 7 });
  expect(month.bars.at(-4)).toEqual({ at: "2026-11-20T00:00:00.000Z", accepted: 100, refused: 7 });
});
