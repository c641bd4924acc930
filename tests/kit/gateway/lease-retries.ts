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

type Logging = { lines(): string[] };

/** How often a gateway has closed its port for lack of a lease so far. */
export const closedPorts = ({ lines }: Logging): number =>
  lines().filter((line) => line.includes("no lease: the port is closed")).length;

/**
 * Whether a port of the gateway is closed now for that reason; with several workers, that of one.
 */
export const hasClosedPort = ({ lines }: Logging): boolean =>
  closedPorts({ lines }) > lines().filter((line) => line.includes("a lease: the port is open again")).length;

/** Whether an answer closes its connection, as each does that a gateway gives without a lease. */
export const closesConnection = (received: string): boolean => /^connection: close\r$/im.test(received);

/** @throws NoLease if this answer closes its connection */
export function expectLease(received: string): void {
  if (closesConnection(received)) throw new NoLease();
}
class NoLease extends Error {}

/**
 * Runs `work` with a new gateway, and again with another one if it failed because the gateway had
 * no lease: its port was closed, or `expectLease` threw.
 */
export async function withLease<G extends Logging & { stop(): Promise<unknown> }, T>(
  start: () => Promise<G>,
  work: (gateway: G) => Promise<T>,
): Promise<T> {
  for (let left = MAX_REPEATS; ; left--) {
    const gateway = await start();
    try {
      return await work(gateway);
    } catch (error) {
      const hadNone =
        error instanceof NoLease || (error as NodeJS.ErrnoException).syscall === "connect" || closedPorts(gateway) > 0;
      if (left === 0 || !hadNone) throw error;
      waited++;
    } finally {
      await gateway.stop();
    }
  }
}

/** Prints how many replies were waited out since the last call, if any. */
export function reportLeaseRetries(): void {
  if (waited > 0) console.log(`note: ${waited} answers of 503 were waited out`);
  waited = 0;
}
