import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { db } from "@/lib/db";
import { asDatabaseOwner } from "./api-keys";

/** Runs `work` while another connection holds the locks that `sql` takes. */
export async function holding<T>(sql: string, values: unknown[], work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query(sql, values);
    return await work();
  } finally {
    await client.end();
  }
}

/** Runs `work` and cancels, as `statement_timeout` does, every statement of this database that waits for a lock meanwhile. */
export async function cancelled<T>(work: () => Promise<T>): Promise<T> {
  let over = false;
  const result = work().finally(() => {
    over = true;
  });
  while (!over) {
    await asDatabaseOwner(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
    );
    await sleep(20);
  }
  return result;
}

/** Runs `work` while the database takes no new connection: 53300, as from a full server. */
export async function whileFull<T>(work: () => Promise<T>): Promise<T> {
  const limit = (connections: number) =>
    asDatabaseOwner(`ALTER DATABASE ${new URL(process.env.DATABASE_URL ?? "").pathname.slice(1)} CONNECTION LIMIT ${connections}`);
  await db().$disconnect();
  await limit(0);
  try {
    return await work();
  } finally {
    await limit(-1);
  }
}
