/** A gateway without a lease makes a request wait for half a second, so that this many in a row take the better part of a minute. */
const MOST_REPEATS = 100;

let waited = 0;

/**
 * Asks again while a gateway says that it has no lease: on a busy machine it is right to, and where the lease is not the subject it says nothing
 * of it. After too many the last answer is given, for the test to judge.
 */
export async function waitedOut<T>(ask: () => Promise<T>, hasNoLease: (answer: T) => boolean, most = MOST_REPEATS): Promise<T> {
  for (let left = most; ; left--) {
    const answer = await ask();
    if (left === 0 || !hasNoLease(answer)) return answer;
    waited++;
  }
}

/** The first reply that is no 503, in a test that is about something else. */
export const pastLapses = <Reply extends { status: number }>(ask: () => Promise<Reply>): Promise<Reply> =>
  waitedOut(ask, ({ status }) => status === 503);

/** Says how many there were since it was last called, if any. */
export function reportWaitedOut(): void {
  if (waited > 0) console.log(`note: ${waited} answers of 503 were waited out`);
  waited = 0;
}
