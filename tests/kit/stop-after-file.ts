/**
 * What a test file started and did not stop, because a test or its setup failed. It ends with the
 * file, so that the next file in this process finds its database unused. The set is on
 * `globalThis`, because this module is loaded before the environment is set.
 */
const shared = globalThis as { countersignStarted?: Set<() => Promise<void>> };

/** Stops something when the test file ends. Stopping it twice must be harmless. */
export function stopAfterFile(stop: () => Promise<void>): void {
  shared.countersignStarted ??= new Set();
  shared.countersignStarted.add(stop);
}

export async function stopAll(): Promise<void> {
  const all = [...(shared.countersignStarted ?? [])];
  shared.countersignStarted?.clear();
  await Promise.all(all.map((stop) => stop()));
}
