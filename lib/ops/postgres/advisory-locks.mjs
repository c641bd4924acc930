/**
 * Who holds an advisory lock in the database that this client is connected to, or null. Every role
 * that can log in can hold one.
 * @param {import("pg").Client} client
 * @param {number} lock
 */
export async function holderOf(client, lock) {
  /** @type {import("pg").QueryResult<{ usename: string, pid: number }>} */
  const { rows } = await client.query(HOLDER, [lock]);
  return rows[0] ? `${rows[0].usename} (process ${rows[0].pid})` : null;
}

const HOLDER = `SELECT usename, pid FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32) + objid::bigint = $1`;
