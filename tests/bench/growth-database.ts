import { randomUUID } from "node:crypto";
import pg from "pg";
import { READ_KEYS, RENEW } from "@/lib/gateway/cache/lease-sql";
import { parseSealingKeys, type VersionedKey } from "@/lib/platform/crypto/key-ring";
import { sealSecret } from "@/lib/platform/crypto/seal";
import { Secret } from "@/lib/platform/crypto/secret";
import { randomLetters } from "../kit/gateway/gateway-keys";
import type { BenchDatabase } from "./database";
import { median } from "./figures";
import { usageOf } from "./processes";

type Listed = { id: string; merchantId: string; key: string; secret: string; sealed: Buffer; keyVersion: number };

export type GrowthDatabase = {
  gatewayUrl: string;
  /** The wanted number of keys that can be opened, distributed evenly over the table. */
  listed: Listed[];
  /** CPU time in µs that the backends of this database's gateway have used so far. */
  backendsUs(): Promise<number>;
  /** Ends the gateway's connections, and with them the one on which it renews its lease. */
  cutGateway(): Promise<void>;
  /**
   * PostgreSQL's report on the gateway's own query: the blocks it touched and its duration, as
   * medians.
   */
  explained(query: "read" | "poll"): Promise<{ blocks: number; ms: number }>;
};

/**
 * A database with this many keys. All are active, each belongs to its own merchant, and sealed
 * secrets have their real length.
 */
export async function growthDatabase(
  { urlOf, migrated }: BenchDatabase,
  keys: number,
  listedKeys: number,
): Promise<GrowthDatabase> {
  const name = `growth_${keys}`;
  const url = await migrated(name);
  const listed = Array.from({ length: listedKeys }, newKey);
  await filled(url, keys, listed);
  const asked = async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return (await client.query<Row>(sql, values).finally(() => client.end())).rows;
  };
  return {
    gatewayUrl: urlOf(name, true),
    listed,
    async backendsUs() {
      const rows = await asked<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE 'countersign-gateway:%'",
        [name],
      );
      return rows.reduce((sum, { pid }) => sum + usageOf(pid).cpuUs, 0);
    },
    async cutGateway() {
      await asked(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE 'countersign-gateway:%'",
        [name],
      );
    },
    async explained(query) {
      const found = [];
      const [{ snapshot } = { snapshot: "1:1:" }] = await asked<{ snapshot: string }>(
        "SELECT pg_current_snapshot()::text AS snapshot",
      );
      for (const { key } of listed.slice(0, 60)) {
        const sql =
          query === "read"
            ? READ_KEYS.text.replace("$1", `'{${key}}'`)
            : RENEW.look.text.replaceAll("$1", `'${snapshot}'`).replace("$2", `'${randomUUID()}'`);
        const [row] = await asked<{ "QUERY PLAN": [Plan] }>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`);
        if (row) found.push(row["QUERY PLAN"][0]);
      }
      const blocks = found.map(({ Plan: plan }) => plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]);
      return { blocks: median(blocks), ms: median(found.map((plan) => plan["Execution Time"])) };
    },
  };
}

type Plan = { Plan: { "Shared Hit Blocks": number; "Shared Read Blocks": number }; "Execution Time": number };

function newKey(): Listed {
  const [id, merchantId, secret, key] = [
    randomUUID() as string,
    randomUUID() as string,
    randomLetters(64),
    randomLetters(32),
  ];
  const [sealing] = parseSealingKeys(process.env.SEALING_PUBLIC_KEY as string) as [VersionedKey];
  return { id, merchantId, key, secret, ...sealSecret({ secret: new Secret(secret), keyId: id, merchantId }, sealing) };
}

/**
 * In one transaction, unlogged, rows first and indexes afterwards. The listed keys are at equal
 * distances.
 */
async function filled(url: string, keys: number, listed: Listed[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '128MB';
      CREATE TEMPORARY TABLE i AS SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('api_keys', 'merchants') AND indexname NOT LIKE '%pkey';
      DO $$ DECLARE each record; BEGIN FOR each IN SELECT * FROM i LOOP EXECUTE format('DROP INDEX %I', each.indexname); END LOOP; END $$;
      ALTER TABLE reveals DROP CONSTRAINT reveals_key_id_fkey;
      ALTER TABLE api_keys SET UNLOGGED;
      CREATE TEMPORARY TABLE listed (n int PRIMARY KEY, id uuid, merchant_id uuid, key text, sealed bytea)`);
    const step = keys / listed.length;
    const texts = listed.map(({ id, merchantId, key, sealed }, n) => [
      Math.floor(n * step) + 1,
      id,
      merchantId,
      key,
      sealed.toString("hex"),
    ]);
    await client.query(
      "INSERT INTO listed SELECT n, id, m, key, decode(hex, 'hex') FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::text[]) t (n, id, m, key, hex)",
      [0, 1, 2, 3, 4].map((column) => texts.map((row) => row[column])),
    );
    const version = listed[0]?.keyVersion ?? 1;
    await client.query(`
      CREATE TEMPORARY TABLE k AS SELECT n, coalesce(l.id, gen_random_uuid()) AS id, coalesce(l.merchant_id, gen_random_uuid()) AS merchant_id,
          coalesce(l.key, md5(n::text)) AS key, coalesce(l.sealed, decode(repeat('5a', ${listed[0]?.sealed.length ?? 384}), 'hex')) AS sealed
        FROM generate_series(1, ${keys}) n LEFT JOIN listed l USING (n);
      INSERT INTO merchants (id, name, mode) SELECT merchant_id, 'Merchant ' || n, 'live' FROM k ORDER BY n;
      INSERT INTO api_keys (id, merchant_id, key, status, sealed_secret, key_version, fingerprint, first_activated_at, activated_at)
        SELECT id, merchant_id, key, 'active', sealed, ${version}, 'bench', now(), now() FROM k ORDER BY n;
      DROP TABLE k;
      DO $$ DECLARE each record; BEGIN FOR each IN SELECT * FROM i LOOP EXECUTE each.indexdef; END LOOP; END $$`);
    await client.query("VACUUM ANALYZE");
    await client.query("CHECKPOINT");
  } finally {
    await client.end();
  }
}
