const MAX_KEYS = 100;

type Asked<Row> = { key: string; found(row: Row | null): void; failed(error: unknown): void };

/**
 * Turns a read of many keys (up to 100; it returns the existing rows in any order) into a read of
 * one. Keys requested in one tick are read together. Keys requested during a read go into the
 * next one. There is one read at a time, so that anything else on the same connection waits for
 * one read at most. A failed read fails only its own keys.
 *
 * Attack: made-up keys from everywhere, each of them a read. In batches, many keys cost the
 * database and the gateway little more than one.
 */
export function batchLoader<Row extends { key: string }>(
  readMany: (keys: string[]) => Promise<Row[]>,
): (key: string) => Promise<Row | null> {
  const waiting: Asked<Row>[] = [];
  let reading = false;
  const readWaiting = async () => {
    if (reading) return;
    reading = true;
    while (waiting.length > 0) await readBatch(waiting.splice(0, MAX_KEYS));
    reading = false;
  };
  const readBatch = async (batch: Asked<Row>[]) => {
    try {
      const rows = new Map((await readMany(batch.map(({ key }) => key))).map((row) => [row.key, row]));
      for (const { key, found } of batch) found(rows.get(key) ?? null);
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  };
  return (key) =>
    new Promise((found, failed) => {
      waiting.push({ key, found, failed });
      process.nextTick(readWaiting);
    });
}
