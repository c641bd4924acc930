/**
 * Without a lease, a gateway delays a request by half a second, so this many in a row take almost
 * a minute.
 */
const MAX_REPEATS = 100;

let waited = 0;

/**
 * Repeats a request while a gateway reports that it has no lease. On a busy machine that is
 * correct behaviour, and it means nothing to a test with another subject. After too many repeats
 * it returns the last reply, for the test to check.
 */
export async function retryWithoutLease<T>(
  ask: () => Promise<T>,
  hasNoLease: (answer: T) => boolean,
  most = MAX_REPEATS,
): Promise<T> {
  for (let left = most; ; left--) {
    const answer = await ask();
    if (left === 0 || !hasNoLease(answer)) return answer;
    waited++;
  }
}

/** The first reply that is not a 503, for tests with another subject. */
export const retryUnavailable = <Reply extends { status: number }>(ask: () => Promise<Reply>): Promise<Reply> =>
  retryWithoutLease(ask, ({ status }) => status === 503);

/** Prints how many replies were waited out since the last call, if any. */
export function reportLeaseRetries(): void {
  if (waited > 0) console.log(`note: ${waited} answers of 503 were waited out`);
  waited = 0;
}
