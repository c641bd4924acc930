const MAX_KEYS = 100;
/** How many keys that nobody waits for are read with the others, at first and at most. */
const [FIRST_LATER, MAX_LATER] = [100, 400];
/** A read that takes longer than this makes the next one smaller. */
const READ_MS = 20;

type Asked<Row> = { key: string; found(row: Row | null): void; failed(error: unknown): void };

/**
 * Turns a read of many keys (it returns the existing rows in any order) into a read of one. Keys
 * requested in one tick are read together, up to a hundred. Keys requested during a read go into
 * the next one. There is one read at a time, so that anything else on the same connection waits for
 * one read at most. A failed read fails only its own keys.
 *
 * Keys requested `later` are keys that nobody waits for. They are read with the others, in their
 * order, and up to four hundred more at once while the database is quick. The next read is sent
 * before the rows of the previous one are given out, so that the database works meanwhile.
 *
 * Attack: made-up keys from everywhere, each of them a read. In batches, many keys cost the
 * database and the gateway little more than one.
 */
export function batchLoader<Row extends { key: string }>(
  readMany: (keys: string[]) => Promise<Row[]>,
  now = (): number => performance.now(),
): (key: string, later?: boolean) => Promise<Row | null> {
  const waiting: Asked<Row>[] = [];
  const unhurried: Asked<Row>[] = [];
  let reading = false;
  let most = FIRST_LATER;
  const readWaiting = async () => {
    if (reading) return;
    reading = true;
    while (waiting.length + unhurried.length > 0) {
      const began = now();
      const giveOut = await readBatch([...waiting.splice(0, MAX_KEYS), ...unhurried.splice(0, most)]);
      most = now() - began > READ_MS ? Math.max(most / 2, FIRST_LATER) : Math.min(most * 2, MAX_LATER);
      // The loop goes on before, and has sent the next read.
      process.nextTick(giveOut);
    }
    reading = false;
  };
  const readBatch = async (batch: Asked<Row>[]): Promise<() => void> => {
    try {
      const rows = new Map((await readMany(batch.map(({ key }) => key))).map((row) => [row.key, row]));
      return () => {
        for (const { key, found } of batch) found(rows.get(key) ?? null);
      };
    } catch (error) {
      return () => {
        for (const { failed } of batch) failed(error);
      };
    }
  };
  return (key, later = false) =>
    new Promise((found, failed) => {
      (later ? unhurried : waiting).push({ key, found, failed });
      process.nextTick(readWaiting);
    });
}
