export const ALGORITHMS = [
  ...(["md5", "sha1", "sha224", "sha256", "sha384", "sha512"] as const),
  ...(["sha512-256", "sha3-256", "sha3-512"] as const),
] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** One HMAC that a search requests, or a plain hash if `key` is null. */
export type Task = { algorithm: Algorithm; key: Uint8Array | null; data: Uint8Array };

/**
 * Requests one digest at a time and returns what it found. The caller that runs it sets the
 * limits and chooses the crypto library.
 */
export type Searching<T> = Generator<Task, T, Uint8Array>;
