/** As many as go in one statement: whoever asks for a key meanwhile waits for one of them at most. */
const MOST_AT_ONCE = 100;

/**
 * Reads keys again that were forgotten together, in this order, until others are or a read fails: what is left is read when somebody asks for it. Never
 * rejects.
 *
 * Why: after a reconnect everything is forgotten, and to read tens of thousands of keys again as requests ask for them takes many seconds.
 */
export function rereading(read: (key: string) => unknown): (keys: readonly string[]) => Promise<void> {
  let latest: readonly string[] = [];
  return async (keys) => {
    latest = keys;
    try {
      for (let from = 0; from < keys.length && latest === keys; from += MOST_AT_ONCE) {
        await Promise.all(keys.slice(from, from + MOST_AT_ONCE).map(read));
      }
    } catch {
      // The next renewal says it, or whoever asks for the key is told.
    }
  };
}
