/**
 * What a test file started and did not stop, because a test or its set-up failed, ends with the file: the next one in this process finds its database
 * used by nobody. Kept apart from this module, which is loaded before the environment is made.
 */
const shared = globalThis as { countersignStarted?: Set<() => Promise<void>> };

/** Has something stopped when the test file ends; stopping twice must be harmless. */
export function endWithTheFile(stop: () => Promise<void>): void {
  shared.countersignStarted ??= new Set();
  shared.countersignStarted.add(stop);
}

export async function endAll(): Promise<void> {
  const all = [...(shared.countersignStarted ?? [])];
  shared.countersignStarted?.clear();
  await Promise.all(all.map((stop) => stop()));
}
