import pg from "pg";
import type { Owner } from "../kit/people/people";

const [GATEWAYS, COUNTED, HOURS, DAYS, SOURCES, REFUSALS] = [4, 48, 6 * 24, 88, 100, 48];
const ROWS_OF_A_KEY = GATEWAYS * COUNTED + HOURS + DAYS + SOURCES + REFUSALS;

type Of = { owner: Owner; keyId: string; keyNumber: number };

/**
 * Fills a database with counts of this many rows, in the order in which gateways and the worker
 * write them, and with events. Every key has what is kept of one that is always in use: two days of
 * hours of four gateways, the six days of hours and 88 days before, sources and refusals. One of
 * the keys is the given one. A tenth of the events belong to its merchant.
 */
export async function fillHistory(url: string, { owner, keyId, keyNumber }: Of, rows: number, events: number) {
  const keys = Math.ceil(rows / ROWS_OF_A_KEY);
  const each = (count: number) => `generate_series(0, ${keys * count - 1}) i`;
  const number = `${keyNumber} + i % ${keys}`;
  const step = `(i / ${keys})`;
  const refused = "i % 7 % 2, 0, i % 3 % 2, 0, 0, 0, 0, 0, 0, 0";
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '256MB';
      INSERT INTO key_usage SELECT ${number}, date_trunc('hour', now(), 'UTC') - interval '1 hour' * (${COUNTED - 1} - ${step} % ${COUNTED}),
        ('00000000-0000-4000-8000-00000000000' || ${step} / ${COUNTED})::uuid, 1, 900 + i % 11, ${refused} FROM ${each(GATEWAYS * COUNTED)};
      INSERT INTO key_usage_hours SELECT ${number}, date_trunc('hour', now(), 'UTC') - interval '1 hour' * (${HOURS + COUNTED - 1} - ${step}),
        3600 + i % 97, ${refused} FROM ${each(HOURS)};
      INSERT INTO key_usage_days SELECT ${number}, (now() AT TIME ZONE 'UTC')::date - (${DAYS + 1} - ${step}),
        86400 + i % 97, ${refused} FROM ${each(DAYS)};
      INSERT INTO key_sources SELECT ${number}, (now() AT TIME ZONE 'UTC')::date - ${step} % 7, '00000000-0000-4000-8000-000000000001',
        '203.0.113.' || ${step}, 500, now() - interval '1 day' * (${step} % 7), 1 FROM ${each(SOURCES)};
      INSERT INTO refusals SELECT gen_random_uuid(), ${number}, (ARRAY['bad_header_signature', 'ip_not_allowed', 'bad_content_format'])[1 + ${step} % 3],
        '198.51.100.' || ${step} % 30, now() - interval '1 hour' * (${REFUSALS} - ${step}), now() - interval '30 minutes' * (${REFUSALS} - ${step}),
        9, NULL, 1, NULL FROM ${each(REFUSALS)};
      INSERT INTO key_last_used SELECT ${keyNumber} + i, now(), '203.0.113.9' FROM generate_series(0, ${keys - 1}) i ON CONFLICT DO NOTHING;`);
    await client.query(EVENTS, [owner.userId, owner.merchantId, keyId, events]);
    await client.query("VACUUM ANALYZE");
    await client.query("CHECKPOINT");
  } finally {
    await client.end();
  }
}

const EVENTS = `
  INSERT INTO audit_events (event, at, actor_kind, actor_id, merchant_id, api_key_id, address)
  SELECT (ARRAY['api_key.ips_changed', 'api_key.noted', 'team.invited', 'session.began', 'support.looked'])[1 + i % 5],
    now() - interval '20 s' * ($4::int - i), 'user', CASE WHEN ours THEN $1::uuid ELSE other END,
    CASE WHEN i % 5 <> 3 THEN CASE WHEN ours THEN $2::uuid ELSE other END END,
    CASE WHEN i % 5 < 2 THEN CASE WHEN ours THEN $3::uuid ELSE other END END, '203.0.113.7'
  FROM (SELECT i, i % 10 = i / 10 % 10 AS ours, md5((i % 3000)::text)::uuid AS other FROM generate_series(1, $4::int) i) made`;
