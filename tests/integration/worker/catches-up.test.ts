import { Writable } from "node:stream";
import pino from "pino";
import { expect, test } from "vitest";
import { COLUMNS } from "@/lib/gateway/usage/columns";
import { db } from "@/lib/platform/db/db";
import { JOBS, type Job, runJobs } from "@/lib/worker/run-jobs";
import { asOwner } from "../../kit/people/owner";
import { makePerson } from "../../kit/people/people";

/*
 * A job continues until it has caught up, so nobody can fill a table by creating rows faster than
 * one run removes them.
 */

let lines: { err?: object; reason?: string; job: string }[] = [];
const log = pino(new Writable({ write: (line, _encoding, done) => done(void lines.push(JSON.parse(line))) }));

/**
 * All jobs, and up to five times those that a busy database turned away. No job may fail otherwise.
 */
async function go() {
  let jobs: Record<string, Job> = JOBS;
  for (let round = 1; Object.keys(jobs).length > 0; round++) {
    if (round > 5) throw new Error(`turned away five times: ${JSON.stringify(lines)}`);
    lines = [];
    await runJobs(jobs, new AbortController().signal, log);
    expect(lines.filter(({ err }) => err)).toEqual([]);
    jobs = Object.fromEntries(
      Object.entries(jobs).filter(([name]) => lines.some((line) => line.reason && line.job === name)),
    );
  }
}
const countOf = async (sql: string) =>
  Number((await asOwner<{ count: string }>(`SELECT count(*) FROM ${sql}`, []))[0]?.count);

/** More than twice the batch size of each job. */
const MORE = { thousand: 2_500, tenThousand: 20_500 };

test.each([
  [
    "expired counters",
    "rate_limits WHERE expire < 1000000",
    "INSERT INTO rate_limits (key, points, expire) SELECT 'over ' || n, 1, 1 FROM generate_series(1, $1) n",
    MORE.thousand,
  ],
  [
    "challenges that nobody signed",
    "passkey_challenges WHERE expires_at < now()",
    `INSERT INTO passkey_challenges (challenge, purpose, expires_at)
     SELECT 'c' || n, 'login', now() - interval '1 s' FROM generate_series(1, $1) n`,
    MORE.thousand,
  ],
  [
    "old mails",
    "outbox WHERE sent_at < now() - interval '30 days'",
    `INSERT INTO outbox (recipient, template, data, sent_at)
     SELECT 'a@acme.example', 'removed', '{}', now() - interval '31 days' FROM generate_series(1, $1) n`,
    MORE.thousand,
  ],
  [
    "old hours",
    "key_usage_hours WHERE hour < now() - interval '8 days'",
    `INSERT INTO key_usage_hours SELECT n, date_trunc('hour', now() - interval '9 days'), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
     FROM generate_series(1, $1) n`,
    MORE.tenThousand,
  ],
  [
    "old days",
    "key_usage_days WHERE day < (now() AT TIME ZONE 'UTC')::date - 90",
    `INSERT INTO key_usage_days SELECT n, (now() AT TIME ZONE 'UTC')::date - 91, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
     FROM generate_series(1, $1) n`,
    MORE.tenThousand,
  ],
  [
    "old refusals of keys",
    "refusals WHERE last_at < now() - interval '90 days'",
    `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, flush)
     SELECT gen_random_uuid(), n, 'x', 'x', now() - interval '91 days', now() - interval '91 days', 1, 1 FROM generate_series(1, $1) n`,
    MORE.tenThousand,
  ],
])("%s", async (_, left, insert, many) => {
  await asOwner(insert, [many]);
  expect(await countOf(left)).toBe(many);
  await go();
  expect(await countOf(left)).toBe(0);
});

/*
 * PostgreSQL chooses how to find rows by what it knew of the table when it was last analyzed. From
 * when it was small it took one key a time for granted, and read all keys' rows of a time once for
 * each of them, until the time limit, in every round.
 */
const ZEROS = COLUMNS.map(() => 0).join(", ");
test.each([
  ["key_usage", `key_number, hour, gateway, flush, ${COLUMNS}`, `gen_random_uuid(), 1, ${ZEROS}`],
  ["key_usage_hours", `key_number, hour, ${COLUMNS}`, ZEROS],
  ["key_usage_days", `key_number, day, ${COLUMNS}`, ZEROS],
  ["key_sources", "key_number, day, gateway, source, count, last_at, flush", "gen_random_uuid(), 's', 1, now(), 1"],
])("%s is cleared in a few reads a row, although the database knows it as small", async (table, columns, values) => {
  const insert = (many: number, age: string) =>
    asOwner(`INSERT INTO ${table} (${columns})
      SELECT n, date_trunc('hour', now(), 'UTC') - ${age}, ${values} FROM generate_series(1, ${many}) n`);
  await asOwner(`TRUNCATE ${table}`);
  await insert(20, `n * interval '1 ${columns.includes("hour") ? "hour" : "day"}'`);
  await asOwner(`ANALYZE ${table}`);
  await asOwner(`DELETE FROM ${table}`);
  const before = await readsOf(table);
  await insert(MORE.tenThousand, "interval '100 days'");
  await go();
  expect(await countOf(table)).toBe(0);
  // A connection's counts arrive when it ends.
  await db().$disconnect();
  await expect
    .poll(async () => (await readsOf(table)).deleted)
    .toBeGreaterThanOrEqual(before.deleted + MORE.tenThousand);
  expect((await readsOf(table)).read - before.read).toBeLessThan(20 * MORE.tenThousand);
});

async function readsOf(table: string): Promise<{ read: number; deleted: number }> {
  const [row] = await asOwner<{ read: number; deleted: number }>(
    `SELECT (seq_tup_read + idx_tup_fetch)::float8 AS read, n_tup_del::float8 AS deleted FROM pg_stat_user_tables WHERE relname = $1`,
    [table],
  );
  return row as { read: number; deleted: number };
}

test("expired sessions, each with its event", async () => {
  const { userId } = await makePerson();
  await asOwner(
    `INSERT INTO sessions (id, user_id, expires_at) SELECT gen_random_uuid(), $1, now() - interval '1 s' FROM generate_series(1, 500)`,
    [userId],
  );
  await go();
  expect(await countOf("sessions WHERE ended_at IS NULL AND expires_at < now()")).toBe(0);
  expect(await countOf("audit_events WHERE event = 'session.ended'")).toBe(500);
});

test("a job that fails, or always reaches its limit, does not keep the others from running", async () => {
  const stopping = new AbortController();
  const done: string[] = [];
  let rounds = 0;
  const jobs = {
    failing: { run: () => Promise.reject(new Error("broken")), most: 1 },
    endless: {
      run: async () => {
        if (++rounds === 3) stopping.abort();
        return 1;
      },
      most: 1,
    },
    other: { run: async () => done.push("other"), most: 10 },
  };
  await runJobs(jobs, stopping.signal, log);
  expect(rounds).toBe(3);
  expect(lines.filter(({ job }) => job === "failing")).toMatchObject([{ err: { message: "broken" } }, {}, {}]);
  expect(done).toEqual(["other", "other"]);
});
