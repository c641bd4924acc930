/** As many as fit in one statement: a request for another key waits for one of them at most. */
const BATCH_SIZE = 100;

/**
 * Reads forgotten keys again, in the given order. It stops when another set of keys is forgotten
 * or a read fails: the rest is read on demand. Never rejects.
 *
 * Why: after a reconnect everything is forgotten. If tens of thousands of keys were read only as
 * requests need them, it would take many seconds.
 */
export function keyRereader(read: (key: string) => unknown): (keys: readonly string[]) => Promise<void> {
  let latest: readonly string[] = [];
  return async (keys) => {
    latest = keys;
    try {
      for (let from = 0; from < keys.length && latest === keys; from += BATCH_SIZE) {
        await Promise.all(keys.slice(from, from + BATCH_SIZE).map(read));
      }
    } catch {
      // The next renewal reports the error, or the next request for the key does.
    }
  };
}
