const MOST_KEYS = 100;

type Asked<Row> = { key: string; found(row: Row | null): void; failed(error: unknown): void };

/**
 * A read of one, made of a read of many (up to 100 keys; it answers the rows there are, in any order). Keys asked for in one turn of the event loop
 * go together, and so do those asked for while a read is under way, with the next: one at a time, so that whatever else waits for the same connection
 * waits for one of them at most. A read that fails fails its own keys.
 *
 * Attack: made-up keys from everywhere, each a read. Many then cost the database, and what asks it, little more than one.
 */
export function batchLoader<Row extends { key: string }>(
  readMany: (keys: string[]) => Promise<Row[]>,
): (key: string) => Promise<Row | null> {
  const waiting: Asked<Row>[] = [];
  let underWay = false;
  const readWaiting = async () => {
    if (underWay) return;
    underWay = true;
    while (waiting.length > 0) await readBatch(waiting.splice(0, MOST_KEYS));
    underWay = false;
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
