export const ALGORITHMS = [
  ...(["md5", "sha1", "sha224", "sha256", "sha384", "sha512"] as const),
  ...(["sha512-256", "sha3-256", "sha3-512"] as const),
] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** One HMAC that a search requests, or a plain hash if `key` is null. */
export type Task = { algorithm: Algorithm; key: Uint8Array | null; data: Uint8Array };

/** Yielded where work was done for which no digest is needed, so that a limit is noticed there. */
export const PAUSE = null;
export type Pause = typeof PAUSE;

/**
 * Requests one digest at a time and returns what it found. The caller that runs it sets the
 * limits and chooses the crypto library.
 *
 * Attack: a body of which one step makes many texts, or a long one. Between two yields, a body is
 * read or written a few times at most.
 */
export type Searching<T> = Generator<Task | Pause, T, Uint8Array>;
