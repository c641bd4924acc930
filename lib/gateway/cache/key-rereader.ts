/**
 * How many keys wait to be read at a time, at the least and at the most: two statements' worth
 * (batchLoader), so that the next one is sent while the rows of the previous one are taken in.
 */
const [FEWEST, MOST] = [200, 800];
/**
 * If a key waits longer than this, fewer wait from then on. What is read a lease after it was asked
 * for is too old and is read again, and a request for a key that waits here waits as long.
 */
const LONG_MS = 250;

/**
 * Reads forgotten keys again, in the given order. It stops when another set of keys is forgotten
 * or a read fails: the rest is read on demand. Never rejects.
 *
 * Why: after a reconnect everything is forgotten. If tens of thousands of keys were read only as
 * requests need them, it would take many seconds.
 */
export function keyRereader(
  read: (key: string) => unknown,
  now = (): number => performance.now(),
): (keys: readonly string[]) => Promise<void> {
  let latest: readonly string[] = [];
  return async (keys) => {
    latest = keys;
    let next = 0;
    let most = FEWEST;
    const readers: Promise<void>[] = [];
    const readOn = async (): Promise<void> => {
      while (next < keys.length && latest === keys) {
        const began = now();
        await read(keys[next++] as string);
        const isLong = now() - began > LONG_MS;
        if (isLong && most > FEWEST) return void most--;
        if (isLong || most === MOST) continue;
        most++;
        readers.push(reader());
      }
    };
    // The next renewal reports the error, or the next request for the key does.
    const reader = () =>
      readOn().catch(() => {
        next = keys.length;
      });
    for (let count = 0; count < FEWEST; count++) readers.push(reader());
    // Others are added meanwhile.
    for (const each of readers) await each;
  };
}
