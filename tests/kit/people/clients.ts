type Pool = { end(): Promise<unknown> };
/**
 * The clients of lib and of this kit that keep connections to this process's database. Each
 * reconnects at its next use.
 */
const kept = globalThis as {
  countersignDb?: { $disconnect(): Promise<void> };
  countersignSupport?: Pool;
  countersignOwner?: { pool: Pool };
};

export async function closeClients(): Promise<void> {
  await Promise.all([
    kept.countersignDb?.$disconnect(),
    kept.countersignSupport?.end(),
    kept.countersignOwner?.pool.end(),
  ]);
  for (const name of ["countersignDb", "countersignSupport", "countersignOwner"] as const) delete kept[name];
}
