/**
 * How many keys wait to be read at a time: two statements' worth (batchLoader), so that the next
 * one is sent while the rows of the previous one are taken in.
 */
const WAITING = 800;

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
    let next = 0;
    const readOn = async () => {
      while (next < keys.length && latest === keys) await read(keys[next++] as string);
    };
    try {
      await Promise.all(Array.from({ length: WAITING }, readOn));
    } catch {
      // The next renewal reports the error, or the next request for the key does.
      next = keys.length;
    }
  };
}
