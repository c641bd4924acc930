import { db } from "../../platform/db/db";

type Row = { id: string; version: string };
type Seen = { version: string; at: number };

const STALE_MS = 60_000;

/**
 * Deletes the rows of gateways that died, because each makes every deactivation wait the full
 * time.
 *
 * Promise: no gateway that holds a lease loses its row. A gateway writes its row at least every
 * 10 s, and this worker has seen the row unchanged for 60 s of its own monotonic clock. It trusts
 * no time in the database. A row that is written while it is being deleted stays.
 * @returns a job that remembers what it saw in its last round and returns how many it deleted
 */
export function staleGateways(now = (): number => performance.now()): () => Promise<number> {
  let seen = new Map<string, Seen>();
  return async () => {
    // Every write makes a new version of the row; xmin is the transaction that wrote it.
    const rows = await db().$queryRaw<Row[]>`SELECT id, xmin::text AS version FROM gateways`;
    const at = now();
    const before = seen;
    seen = new Map(rows.map(({ id, version }) => [id, sameAs(before.get(id), version) ?? { version, at }]));
    let deleted = 0;
    for (const [id, row] of seen) if (at - row.at >= STALE_MS) deleted += await deleteUnchanged(id, row.version);
    return deleted;
  };
}

const sameAs = (known: Seen | undefined, version: string): Seen | null => (known?.version === version ? known : null);

function deleteUnchanged(id: string, version: string): Promise<number> {
  return db().$executeRaw`DELETE FROM gateways WHERE id = ${id}::uuid AND xmin::text = ${version}`;
}
