export const ALGORITHMS = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3-256", "sha3-512"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** One HMAC that a search asks for, or one plain hash where there is no key. */
export type Task = { algorithm: Algorithm; key: Uint8Array | null; data: Uint8Array };

/** Asks for one digest after the other and ends with what it found. Whoever runs it sets its bounds, and chooses the library. */
export type Searching<T> = Generator<Task, T, Uint8Array>;
