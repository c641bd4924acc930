import { asOwner, onOwnConnection } from "../people/owner";

export const KEYS = 1_000_000;
const MERCHANTS = 100_000;

/** The nth key of the filled table. */
export const nthKey = (n: number): string => `md5('${n}')`;

/**
 * Fills this file's database with a million keys of a hundred thousand merchants, plus people,
 * events and usage. The first merchant has a hundred and eighty thousand keys. Indexes are built
 * after the rows, as in a restore. The keys are not logged: half a gigabyte of WAL would slow down
 * the tests that run in parallel. Nor are they matched against the pattern of a key, which every
 * MD5 fits: that would take a fifth more time.
 */
export async function fillWithMillionKeys(): Promise<{ largest: string }> {
  await onOwnConnection((client) =>
    client.query(`
    SET session_replication_role = replica;
    SET synchronous_commit = off;
    SET maintenance_work_mem = '128MB';
    CREATE TEMPORARY TABLE i AS SELECT indexname, indexdef FROM pg_indexes
      WHERE tablename IN ('api_keys', 'merchants', 'users', 'memberships') AND indexname NOT LIKE '%pkey';
    CREATE TEMPORARY TABLE s AS SELECT format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', attrelid::regclass, attnum, attstattarget) AS statement
      FROM pg_attribute JOIN i ON attrelid = indexname::regclass WHERE attstattarget > 0;
    DO $$ DECLARE each record; BEGIN FOR each IN SELECT * FROM i LOOP EXECUTE format('DROP INDEX %I', each.indexname); END LOOP; END $$;
    ALTER TABLE reveals DROP CONSTRAINT reveals_key_id_fkey;
    ALTER TABLE api_keys DROP CONSTRAINT api_keys_pkey;
    CREATE TEMPORARY TABLE f AS SELECT pg_get_constraintdef(oid) AS form FROM pg_constraint WHERE conname = 'api_keys_key_form';
    ALTER TABLE api_keys DROP CONSTRAINT api_keys_key_form;
    ALTER TABLE api_keys SET UNLOGGED;
    ${ROWS}
    DO $$ BEGIN EXECUTE format('ALTER TABLE api_keys ADD CONSTRAINT api_keys_key_form %s NOT VALID', (SELECT form FROM f)); END $$;
    UPDATE pg_constraint SET convalidated = true WHERE conname = 'api_keys_key_form';
    DO $$ DECLARE each record; BEGIN FOR each IN SELECT * FROM i LOOP EXECUTE each.indexdef; END LOOP; END $$;
    DO $$ DECLARE each record; BEGIN FOR each IN SELECT * FROM s LOOP EXECUTE each.statement; END LOOP; END $$;
    ALTER TABLE api_keys ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);
    ANALYZE`),
  );
  const [row] = await asOwner("SELECT merchant_id AS id FROM api_keys GROUP BY 1 ORDER BY count(*) DESC LIMIT 1");
  return { largest: String(row?.id) };
}

const ROWS = `
  INSERT INTO merchants (name, mode) SELECT 'Merchant ' || md5(n::text) || (ARRAY[' Ltd', ' Trading', ' Payments'])[n % 3 + 1], 'live'
    FROM generate_series(1, ${MERCHANTS}) n;
  CREATE TEMPORARY TABLE m AS SELECT id, row_number() OVER (ORDER BY number) AS place FROM merchants;
  INSERT INTO users (email, name) SELECT 'user' || n || '@' || left(md5(n::text), 8) || '.example', 'User ' || n FROM generate_series(1, ${MERCHANTS}) n;
  INSERT INTO memberships (merchant_id, user_id, role)
    SELECT m.id, u.id, 'owner' FROM (SELECT id, row_number() OVER () AS n FROM users) u JOIN m ON m.place = u.n;
  INSERT INTO audit_events (event, actor_kind, merchant_id)
    SELECT 'api_key.generated', 'user', m.id FROM generate_series(1, 100000) n JOIN m ON m.place = CASE WHEN n % 2 = 0 THEN 1 ELSE n END;
  INSERT INTO api_keys (merchant_id, key, status, sealed_secret, key_version, fingerprint, first_activated_at, activated_at)
    SELECT m.id, md5(n::text), (CASE WHEN n <= ${MERCHANTS} THEN 'active' WHEN n % 3 = 0 THEN 'retired' ELSE 'inactive' END)::"KeyStatus",
      '\\x01', 1, 'f', now(), now()
    FROM generate_series(1, ${KEYS}) n
    JOIN m ON m.place = CASE WHEN n <= ${MERCHANTS} THEN n WHEN n % 5 = 0 THEN 1 ELSE n % ${MERCHANTS} + 1 END;
  INSERT INTO key_last_used (key_number, at, source) SELECT n, now(), '203.0.113.7' FROM generate_series(1, ${MERCHANTS}) n;
  INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, flush)
    SELECT gen_random_uuid(), n, 'ip_not_allowed', '198.51.100.7', now(), now(), 1, 1 FROM generate_series(1, ${MERCHANTS}) n;`;
